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
    mutating func add(_ table: String, _ names: String...) {
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
        add(name.table, name.column)
        if let reference = name.reference { add(name.table, reference) }
    }

    /// Adds what bridges, ports and interfaces are made of.
    mutating func addBridges() {
        add("Open_vSwitch", "bridges")
        add("Bridge", "name", "controller", "fail_mode", "ports")
        add("Port", "name", "fake_bridge", "tag", "interfaces")
        add("Interface", "name", "ofport", "error")
    }

    /// The same as the client wants it.
    var tables: [MonitoredTable] {
        columns.sorted { $0.key < $1.key }.map { MonitoredTable($0.key, columns: $0.value.sorted(), isRequired: false) }
    }
}
