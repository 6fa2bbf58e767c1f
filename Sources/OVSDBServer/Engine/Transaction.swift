import OVSDB

/// Changes to a database that take place together or not at all (RFC 7047 section 5.2).
///
/// Operations change the database's tables in place and see what earlier ones did; what was there before is kept.
/// Ends with ``abort()``, or with ``prepare()`` and then ``complete()``.
final class Transaction {
    /// A row that the transaction has touched. What it is now stands in its table.
    final class TouchedRow {
        let table: Table
        let uuid: UUIDValue
        /// The row before the transaction; nil when there was none.
        let old: StoredRow?
        /// How many elements of strong references name the row.
        var references: Int
        /// The indices of the values that are not what they were; kept once all operations have been carried out, for
        /// a row that was there before and is there now.
        private(set) var changedColumns: [Int] = []
        /// Whether it is as if the row had never been touched: inserted and deleted again.
        var isDropped = false

        init(_ table: Table, _ uuid: UUIDValue, old: StoredRow?) {
            self.table = table
            self.uuid = uuid
            self.old = old
            references = old?.references ?? 0
        }

        var new: StoredRow? { table.rows[uuid] }
        /// Whether the row is there now.
        var isThere: Bool { table.rows.index(forKey: uuid) != nil }
        /// Whether the row was there before and is there now.
        var stays: Bool { old != nil && isThere }

        /// Finds out which values have changed; nil when the row is new or gone.
        @discardableResult
        func findChanges() -> [Int]? {
            guard let old, let new else { return nil }
            changedColumns = new.changedColumns(since: old)
            return changedColumns
        }
    }

    let database: Database
    /// In the order in which they were touched. Grows while the end of the transaction is prepared.
    var touched: [TouchedRow] = []
    private var touchedByAddress: [RowAddress: TouchedRow] = [:]
    private(set) var comment: String?
    var isDurable = false

    init(_ database: Database) {
        self.database = database
    }

    func add(comment line: String) {
        comment = comment.map { $0 + "\n" + line } ?? line
    }

    /// The touched row, if it was touched.
    func touchedRow(_ table: Int, _ uuid: UUIDValue) -> TouchedRow? {
        touchedByAddress[RowAddress(table: table, uuid: uuid)]
    }

    /// Whether a client may choose `uuid` for a new row.
    func mayInsert(_ table: Table, _ uuid: UUIDValue) -> Bool {
        table.rows[uuid] == nil && touchedRow(table.number, uuid) == nil
    }

    /// Adds a row. The caller knows that there is none of that name.
    func insert(_ table: Table, _ uuid: UUIDValue, _ values: [Datum]) {
        note(TouchedRow(table, uuid, old: nil))
        table.rows[uuid] = StoredRow(version: database.makeUUID(), values: values)
    }

    /// Keeps what a row was, before the first change; nil when there is no such row.
    @discardableResult
    func touch(_ table: Table, _ uuid: UUIDValue) -> TouchedRow? {
        if let row = touchedRow(table.number, uuid) { return row }
        guard let old = table.rows[uuid] else { return nil }
        let row = TouchedRow(table, uuid, old: old)
        note(row)
        return row
    }

    /// Sets columns of a row that exists.
    func update(_ table: Table, _ uuid: UUIDValue, _ change: (inout [Datum]) -> Void) {
        touch(table, uuid)
        guard var row = table.rows[uuid] else { return }
        change(&row.values)
        table.rows[uuid] = row
    }

    /// Removes a row.
    func delete(_ table: Table, _ uuid: UUIDValue) {
        guard let row = touch(table, uuid) else { return }
        table.rows[uuid] = nil
        if row.old == nil {
            row.isDropped = true
            touchedByAddress[RowAddress(table: table.number, uuid: uuid)] = nil
        }
    }

    private func note(_ row: TouchedRow) {
        touched.append(row)
        touchedByAddress[RowAddress(table: row.table.number, uuid: row.uuid)] = row
    }

    /// Forgets rows that turned out as they were.
    func forgetUnchanged() {
        touched.removeAll { row in
            if row.isDropped { return true }
            guard row.findChanges()?.isEmpty == true else { return false }
            touchedByAddress[RowAddress(table: row.table.number, uuid: row.uuid)] = nil
            return true
        }
    }

    /// Puts everything back.
    func abort() {
        for row in touched.reversed() { row.table.rows[row.uuid] = row.old }
        touched = []
        touchedByAddress = [:]
    }
}
