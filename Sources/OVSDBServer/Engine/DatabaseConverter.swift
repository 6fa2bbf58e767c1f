import OVSDB

/// Takes the contents of a database over into another schema, as `ovsdb-client convert` asks for.
enum DatabaseConverter {
    /// A database of `schema` with the rows of `source`, as far as the schema has their tables and columns.
    ///
    /// - Throws: what a transaction that inserted all of it would be refused with.
    static func convert(_ source: Database, to schema: DatabaseSchema) throws(OperationError) -> Database {
        let result = try Database(schema: schema)
        let transaction = Transaction(result)
        for table in source.tables {
            guard let target = result.tablesByName[table.name] else { continue }
            let columns: [(Int, Int, ColumnType)] = table.columns.indices.compactMap { index in
                guard let column = target.columnsByName[table.columns[index].name], case .value(let place) = column.place
                else { return nil }
                return (index, place, column.type)
            }
            for (uuid, row) in table.rows {
                var values = target.defaults
                for (from, to, type) in columns {
                    let json = table.columns[from].type.value == nil && type.value == nil
                        ? JSON.array(["set", .array(row.values[from].keys.map(\.json))]) : row.values[from].json
                    values[to] = try DatumReader(symbols: nil).datum(json, type)
                }
                transaction.insert(target, uuid, values)
            }
        }
        do throws(OperationError) {
            _ = try transaction.prepare()
        } catch {
            transaction.abort()
            throw error
        }
        transaction.complete()
        return result
    }
}
