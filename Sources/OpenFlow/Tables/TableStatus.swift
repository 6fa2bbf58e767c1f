/// A table has got nearly full, or has room again (OFPT_TABLE_STATUS).
public struct TableStatus: Sendable, Equatable {
    /// OFPTR_VACANCY_*.
    public enum Reason: Sendable, Equatable { case vacancyDown, vacancyUp }

    public let table: UInt8
    public let reason: Reason
}
