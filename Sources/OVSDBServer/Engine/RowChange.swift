import OVSDB

/// What a transaction did to one row.
public struct RowChange {
    /// The row's table.
    public let table: Table
    /// The row.
    public let uuid: UUIDValue
    /// The row before; nil when it is new.
    public let old: StoredRow?
    /// The row after; nil when it is gone.
    public let new: StoredRow?
    /// The indices of the values that are not what they were; none when the row is new or gone.
    public let changedColumns: [Int]
}

/// A transaction that has taken place.
public struct CommittedTransaction {
    /// Every row that changed.
    public let changes: [RowChange]
    /// The lines of its `comment` operations.
    public let comment: String?
    /// Whether it asked to be on disk before its reply.
    public let isDurable: Bool
}
