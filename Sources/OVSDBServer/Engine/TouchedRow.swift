import OVSDB

/// A row that a transaction has touched: what it was, and what it is now, which its table has too.
final class TouchedRow {
    let table: Table
    let uuid: UUIDValue
    /// The row before the transaction; nil when there was none.
    let old: StoredRow?
    /// The row now; nil when there is none.
    private(set) var new: StoredRow?
    /// How many elements of strong references name the row.
    var references: Int
    /// The indices of the values that are not what they were; kept once all operations have been carried out, for
    /// a row that was there before and is there now.
    private(set) var changedColumns: [Int] = []
    /// Whether it is as if the row had never been touched: inserted and deleted again.
    var isDropped = false

    /// A row of `table` as it is there.
    init(_ table: Table, _ uuid: UUIDValue, old: StoredRow?) {
        self.table = table
        self.uuid = uuid
        self.old = old
        new = old
        references = old?.references ?? 0
    }

    var address: RowAddress { RowAddress(table: table.number, uuid: uuid) }
    /// Whether the row was there before and is there now.
    var stays: Bool { old != nil && new != nil }

    /// Whether rules between rows have nothing to do with it: it stays, it may, and only other columns have changed.
    var isAside: Bool {
        // Files may hold weak references to rows that are gone; they go with the first change of their row.
        stays && (table.isRoot || references > 0) && table.weakReferences.isEmpty
            && changedColumns.allSatisfy { !table.isRuled[$0] }
    }

    /// Puts another row in its place, in its table too; nil removes it.
    func set(_ row: StoredRow?) {
        new = row
        table.rows[uuid] = row
    }

    /// Changes the row where there is one, in its table too.
    func change<Failure: Error>(_ body: (inout StoredRow) throws(Failure) -> Void) throws(Failure) {
        guard var row = new else { return }
        try body(&row)
        set(row)
    }

    /// Finds out which values have changed; nil when the row is new or gone.
    @discardableResult
    func findChanges() -> [Int]? {
        guard let old, let new else { return nil }
        changedColumns = new.changedColumns(since: old)
        return changedColumns
    }
}
