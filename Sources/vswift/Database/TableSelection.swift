import OVSDB

/// Tables of a database, and columns of them.
struct TableSelection {
    /// The database's name.
    let database: String
    /// The tables; of each the columns, nil: all.
    let tables: [(name: String, columns: [String]?)]

    /// What `words` name: nothing is everything, tables, or a table and columns of it.
    ///
    /// - Throws: which word is no name.
    init(_ words: ArraySlice<String>, of schema: DatabaseSchema) throws {
        database = schema.name
        let names = words.prefix { schema.tables[$0] != nil }
        let columns = words.dropFirst(names.count)
        if let word = columns.first {
            guard names.count == 1, let table = schema.tables[names[names.startIndex]] else {
                throw CommandFailure("database \(schema.name) has no table \(word)")
            }
            for column in columns where table.columns[column] == nil && !["_uuid", "_version"].contains(column) {
                throw CommandFailure("table \(table.name) has no column \(column)")
            }
            tables = [(table.name, Array(columns))]
        } else {
            tables = (words.isEmpty ? schema.tables.keys.sorted() : Array(names)).map { ($0, nil) }
        }
    }
}
