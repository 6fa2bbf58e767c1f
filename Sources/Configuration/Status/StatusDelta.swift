import OVSDB

/// Collects what rows are to hold, and keeps of it what they do not hold already.
struct StatusDelta {
    private let tables: [String: [UUIDValue: Row]]
    /// Updates of the rows that differ.
    private(set) var operations: [Operation] = []

    /// - Parameter tables: the replica, whose rows tell what is there already.
    init(_ tables: [String: [UUIDValue: Row]]) { self.tables = tables }

    /// Asks that the row holds the columns; a row that is not there is left out.
    mutating func set<Table: SchemaTable>(_ uuid: UUIDValue, _ wanted: TableRow<Table>) {
        guard let row = tables[Table.name]?[uuid] else { return }
        let changed = wanted.values.columns.filter { column, value in !Self.isSame(row[column], value) }
        if !changed.isEmpty { operations.append(.update(Table.name, where: [.row(uuid)], row: changed)) }
    }

    /// An empty map and an empty set are the same to a column.
    private static func isSame(_ left: Datum, _ right: Datum) -> Bool {
        left == right || left.isEmpty && right.isEmpty
    }
}
