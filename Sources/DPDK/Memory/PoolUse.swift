/// A pool and who receives into it.
public struct PoolUse: Sendable {
    public let pool: Mempool
    /// The ports' names, "kernel ports" for all those together; empty once nobody does, until the last buffer is back.
    public let users: [String]
    /// Whether further ports get their buffers here.
    public let isShared: Bool
}
