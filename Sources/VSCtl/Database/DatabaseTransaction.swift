import OVSDB

/// The database as the commands see it: its rows, and over them what the commands have changed
/// (OVS: a transaction of the IDL).
final class DatabaseTransaction {
    /// The type of what the database holds, as this program knows it.
    let schema: DatabaseSchema
    private let contents: [String: [UUIDValue: Row]]

    /// The rows added, in their order.
    private(set) var inserted: [RowID] = []
    private(set) var deleted: Set<RowID> = []
    /// The columns set, of old and new rows.
    private(set) var written: [RowID: [String: Datum]] = [:]
    /// The columns that must be what they were when the changes are made.
    private(set) var verified: [RowID: Set<String>] = [:]
    /// Elements and pairs to be added to what the columns hold when the changes are made.
    private(set) var additions: [RowID: [String: Datum]] = [:]
    /// Elements to be taken from what the columns hold when the changes are made.
    private(set) var removals: [RowID: [String: Datum]] = [:]
    /// New rows whose UUID is the user's choice.
    private(set) var persistent: Set<UUIDValue> = []
    private var insertedSet: Set<RowID> = []

    /// A transaction over `contents`.
    init(schema: DatabaseSchema, contents: [String: [UUIDValue: Row]]) {
        self.schema = schema
        self.contents = contents
    }

    // MARK: Reading

    /// Whether the row is in the database without us.
    func isOld(_ row: RowID) -> Bool { contents[row.table]?[row.uuid] != nil }

    /// Whether the row is there, with what has been changed.
    func exists(_ row: RowID) -> Bool { (isOld(row) && !deleted.contains(row)) || insertedSet.contains(row) }

    /// A table's rows, by their UUIDs.
    func rows(_ table: String) -> [RowID] {
        let old = (contents[table] ?? [:]).keys.map { RowID(table: table, uuid: $0) }
        return (old.filter { !deleted.contains($0) } + inserted.filter { $0.table == table })
            .sorted { $0.uuid < $1.uuid }
    }

    /// A column as it would be after the changes so far, ``add(_:to:of:)`` left aside.
    subscript(_ row: RowID, _ column: String) -> Datum {
        written[row]?[column] ?? original(row, column)
    }

    /// A column as the database has it.
    func original(_ row: RowID, _ column: String) -> Datum {
        contents[row.table]?[row.uuid]?.columns[column] ?? type(row.table, column).defaultDatum
    }

    /// The rows that a column refers to and that are there.
    func references(_ row: RowID, _ column: String) -> [RowID] {
        let type = type(row.table, column)
        guard let table = (type.value ?? type.key).referencedTable else { return [] }
        let datum = self[row, column]
        return (datum.values ?? datum.keys).compactMap {
            guard case .uuid(let uuid) = $0 else { return nil }
            let target = RowID(table: table, uuid: uuid)
            return exists(target) ? target : nil
        }
    }

    /// What a column may hold.
    func type(_ table: String, _ column: String) -> ColumnType {
        schema.tables[table]?.type(of: column) ?? ColumnType(BaseType(.string), minimum: 0)
    }

    // MARK: Changing

    /// Demands that the database still has the column as it is here when the changes are made.
    func verify(_ row: RowID, _ column: String) {
        guard isOld(row), written[row]?[column] == nil else { return }
        verified[row, default: []].insert(column)
    }

    /// Sets a column.
    func set(_ row: RowID, _ column: String, _ value: Datum) {
        written[row, default: [:]][column] = value
    }

    /// Adds elements or pairs to a column, whatever it holds by then; pairs replace those with their keys.
    func add(_ value: Datum, to column: String, of row: RowID) {
        additions[row, default: [:]][column] = additions[row]?[column].map { value.union($0) } ?? value
    }

    /// Takes elements, or the pairs with these keys, from a column, whatever it holds by then.
    func remove(_ value: Datum, from column: String, of row: RowID) {
        let taken = additions[row]?[column]?.subtracting(value)
        additions[row]?[column] = taken.flatMap { $0.isEmpty ? nil : $0 }
        let present = self[row, column]
        let removed = Datum(set: value.keys.filter { present.index(of: $0) != nil })
        if !removed.isEmpty {
            removals[row, default: [:]][column] = removals[row]?[column].map { $0.union(removed) } ?? removed
        }
    }

    /// Adds a row; with a `uuid` that is to be kept as its own.
    func insert(_ table: String, uuid: UUIDValue = .random(), isPersistent: Bool = false) -> RowID {
        let row = RowID(table: table, uuid: uuid)
        inserted.append(row)
        insertedSet.insert(row)
        if isPersistent { persistent.insert(uuid) }
        return row
    }

    /// Removes a row. One of a table that is no root goes for good only when nobody refers to it.
    func delete(_ row: RowID) {
        written[row] = nil
        additions[row] = nil
        removals[row] = nil
        if insertedSet.remove(row) != nil {
            inserted.removeAll { $0 == row }
        } else if isOld(row) {
            deleted.insert(row)
        }
    }
}
