/// A table's counters (OFPST_TABLE, OFPMP_TABLE).
public struct TableStatistics: Sendable, Equatable {
    public var table: UInt8
    /// Versions 1.0 to 1.2 tell it.
    public var name: String
    public var activeCount: UInt32
    public var lookupCount: UInt64
    public var matchedCount: UInt64
    public var maximumEntries: UInt32 = 1_000_000
    /// Versions 1.1 and 1.2 tell what happens to packets that match nothing.
    public var miss = TableMod.Miss.controller

    public init(table: UInt8, name: String, activeCount: UInt32, lookupCount: UInt64, matchedCount: UInt64) {
        self.table = table
        self.name = name
        self.activeCount = activeCount
        self.lookupCount = lookupCount
        self.matchedCount = matchedCount
    }
}
