import OVSDB

/// What has to be fetched from the database before the commands can run.
struct ColumnSelection {
    private let schema: DatabaseSchema
    private var columns: [String: Set<String>] = [:]

    /// Nothing yet, of a database of that schema.
    init(_ schema: DatabaseSchema) {
        self.schema = schema
    }

    /// Adds columns of a table, and the tables that they refer to.
    mutating func add<Table: SchemaTable>(_ table: Table.Type, _ columns: PartialKeyPath<Table>...) {
        add(table.name, Table.names(columns))
    }

    /// The same by names.
    mutating func add(_ table: String, _ names: [String] = []) {
        columns[table, default: []].formUnion(names)
        for name in names {
            let type = schema.tables[table]?.columns[name]?.type
            for referenced in [type?.key.referencedTable, type?.value?.referencedTable].compactMap({ $0 }) {
                columns[referenced, default: []].formUnion([])
            }
        }
    }

    /// Adds what names rows of `table`.
    mutating func add(namesOf table: String) {
        add(table)
        guard let name = RowName.of[table] else { return }
        add(name.table, [name.column] + [name.reference].compactMap { $0 })
    }

    /// Adds what bridges, ports and interfaces are made of.
    mutating func addBridges() {
        add(Tables.Root.self, \.bridges)
        add(Tables.Bridge.self, \.name, \.controller, \.failMode, \.ports)
        add(Tables.Port.self, \.name, \.fakeBridge, \.tag, \.interfaces)
        add(Tables.Interface.self, \.name, \.ofport, \.error)
    }

    /// The same as the client wants it.
    var tables: [MonitoredTable] {
        columns.sorted { $0.key < $1.key }.map { MonitoredTable($0.key, columns: $0.value.sorted(), isRequired: false) }
    }
}
