/// What differs between tables of what OFPMP_TABLE_FEATURES tells; fields and actions are the same in all.
public struct TableFeatures: Sendable, Equatable {
    public var table: UInt8
    public var name: String
    public var maximumEntries: UInt32 = 1_000_000
    /// Versions 1.4 and later tell whether flows are evicted, and whether vacancy is told.
    public var evicts = false
    public var sendsVacancyEvents = false

    public init(table: UInt8, name: String) {
        self.table = table
        self.name = name
    }
}
