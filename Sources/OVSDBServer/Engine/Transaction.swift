import OVSDB

/// Changes to a database that take place together or not at all (RFC 7047 section 5.2).
///
/// Operations change the database's tables in place and see what earlier ones did; what was there before is kept.
/// Ends with ``abort()``, or with ``prepare()`` and then ``complete()``.
final class Transaction {
    let database: Database
    /// In the order in which they were touched. Grows while the end of the transaction is prepared.
    var touched: [TouchedRow] = []
    /// The same by address, once there are more than ``few``: as long as there are not, to look at each costs less.
    private var touchedByAddress: [RowAddress: TouchedRow]?
    private static let few = 8
    /// Whether rules between rows have nothing to do with it, as the end of the transaction found.
    var isAside = false
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
        guard let touchedByAddress else {
            return touched.last { $0.uuid == uuid && $0.table.number == table && !$0.isDropped }
        }
        return touchedByAddress[RowAddress(table: table, uuid: uuid)]
    }

    /// Whether a client may choose `uuid` for a new row.
    func mayInsert(_ table: Table, _ uuid: UUIDValue) -> Bool {
        table.rows[uuid] == nil && touchedRow(table.number, uuid) == nil
    }

    /// Adds a row. The caller knows that there is none of that name.
    func insert(_ table: Table, _ uuid: UUIDValue, _ values: [Datum]) {
        let row = TouchedRow(table, uuid, old: nil)
        note(row)
        row.set(StoredRow(version: database.makeUUID(), values: values))
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
    func update<Failure: Error>(
        _ table: Table, _ uuid: UUIDValue, _ change: (inout [Datum]) throws(Failure) -> Void
    ) throws(Failure) {
        try touch(table, uuid)?.change { row throws(Failure) in try change(&row.values) }
    }

    /// Removes a row.
    func delete(_ table: Table, _ uuid: UUIDValue) {
        guard let row = touch(table, uuid) else { return }
        row.set(nil)
        if row.old == nil {
            row.isDropped = true
            touchedByAddress?[row.address] = nil
        }
    }

    private func note(_ row: TouchedRow) {
        touched.append(row)
        if touchedByAddress != nil {
            touchedByAddress?[row.address] = row
        } else if touched.count > Self.few {
            let known = touched.filter { !$0.isDropped }.map { ($0.address, $0) }
            touchedByAddress = Dictionary(known, uniquingKeysWith: { $1 })
        }
    }

    /// Forgets rows that turned out as they were.
    func forgetUnchanged() {
        touched.removeAll { row in
            if row.isDropped { return true }
            guard row.findChanges()?.isEmpty == true else { return false }
            touchedByAddress?[row.address] = nil
            return true
        }
    }

    /// Puts everything back.
    func abort() {
        for row in touched.reversed() { row.table.rows[row.uuid] = row.old }
        touched = []
        touchedByAddress = nil
    }
}
