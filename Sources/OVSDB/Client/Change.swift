/// A difference between a row as it was and as it is.
public struct Change: Hashable, Sendable {
    /// What happened to the row.
    public enum Kind: Hashable, Sendable {
        case inserted, modified, deleted
    }

    /// The row's table.
    public var table: String
    /// The row.
    public var uuid: UUIDValue
    /// The row before; nil for a new one.
    public var old: Row?
    /// The row after; nil for a deleted one.
    public var new: Row?
    /// The columns that differ, silent ones too; all columns of a new or deleted row.
    public var columns: Set<String>

    /// What happened.
    public var kind: Kind { old == nil ? .inserted : new == nil ? .deleted : .modified }
}
