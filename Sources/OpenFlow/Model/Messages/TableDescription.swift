/// OFPMP_TABLE_DESC, and what OFPT_TABLE_STATUS says of a table.
public struct TableDescription: Sendable, Equatable {
    public var table: UInt8
    public var evicts = false
    /// OFPTMPEF_*.
    public var evictionFlags: UInt32 = 0
    /// nil: no vacancy events.
    public var vacancy: TableMod.Vacancy?
    /// How much room there is, in percent; counts when ``vacancy`` is there.
    public var currentVacancy: UInt8 = 0

    public init(table: UInt8) { self.table = table }

    /// Why OFPT_TABLE_STATUS is sent (OFPTR_*).
    public enum StatusReason: UInt8, Sendable {
        case vacancyDown = 3
        case vacancyUp = 4
    }
}
