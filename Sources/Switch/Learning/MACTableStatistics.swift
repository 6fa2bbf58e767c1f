/// The figures of `fdb/stats-show`.
public struct MACTableStatistics: Sendable, Equatable {
    /// Entries now, static ones among them, and the limit.
    public var current = 0
    public var maximum = 0
    public var currentStatic = 0
    /// Since the bridge was made or the statistics were cleared.
    public var learned: UInt64 = 0
    public var expired: UInt64 = 0
    public var evicted: UInt64 = 0
    public var moved: UInt64 = 0
    /// How often a static address was seen on another port, and stayed where it was.
    public var staticUnmoved: UInt64 = 0

    public init() {}
}
