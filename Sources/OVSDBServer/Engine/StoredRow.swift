import OVSDB

/// One row as the database holds it.
public struct StoredRow: Sendable {
    /// Changes whenever the row changes (RFC 7047 section 3.2, `_version`).
    public var version: UUIDValue
    /// The columns' values in the order of ``Table/columns``.
    public var values: [Datum]
    /// How many elements of strong references in other rows name this row.
    public var references = 0

    /// The indices of the values that are not what they were in `old`.
    func changedColumns(since old: StoredRow) -> [Int] {
        // Values looked at in place are not retained.
        values.withUnsafeBufferPointer { new in
            old.values.withUnsafeBufferPointer { old in new.indices.filter { new[$0] != old[$0] } }
        }
    }
}

/// Names a row of a database.
struct RowAddress: Hashable, Sendable {
    let table: Int
    let uuid: UUIDValue
}
