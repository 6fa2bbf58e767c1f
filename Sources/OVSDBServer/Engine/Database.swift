import OVSDB

/// A database in memory: tables, and the transactions that change them (RFC 7047 section 3).
///
/// Knows nothing of files and connections. Whoever owns it runs one ``Transaction`` at a time.
public final class Database {
    /// What it holds.
    public let schema: DatabaseSchema
    /// The tables, by name ascending.
    public let tables: [Table]
    /// The same by name.
    public let tablesByName: [String: Table]

    private var uuids = UUIDSequence()

    /// An empty database.
    ///
    /// - Throws: "syntax error" when the schema contradicts itself.
    public init(schema: DatabaseSchema) throws(OperationError) {
        try schema.validate()
        self.schema = schema
        // Schemas older than garbage collection name no root table: all are.
        let hasRoots = schema.tables.values.contains(where: \.isRoot)
        let sorted = schema.tables.values.sorted { $0.name < $1.name }
        tables = sorted.enumerated().map { number, table in
            Table(table, number: number, isRoot: table.isRoot || !hasRoots)
        }
        tablesByName = Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let numbers = Dictionary(tables.map { ($0.name, $0.number) }, uniquingKeysWith: { $1 })
        for table in tables { table.findReferences(numbers) }
    }

    /// A name for a row, for what it is now, or for a transaction: the kernel is not asked for each.
    func makeUUID() -> UUIDValue { uuids.next() }

    /// The number of rows of all tables.
    public var rowCount: Int { tables.reduce(0) { $0 + $1.rows.count } }
}
