/// OFPT_TABLE_MOD: how a table treats packets that match nothing, and what it does when it gets full.
public struct TableMod: Sendable, Equatable {
    /// OFPTC_TABLE_MISS_*: versions 1.1 and 1.2 alone can say it.
    public enum Miss: UInt32, Sendable {
        case controller = 0
        /// To the next table.
        case next = 1
        case drop = 2
    }

    /// OFPTMPT_VACANCY: percentages of room at which the switch speaks up.
    public struct Vacancy: Sendable, Equatable {
        /// "Little room" is told when less than this is left.
        public var down: UInt8
        /// "Room again" is told when more than this is left.
        public var up: UInt8

        public init(down: UInt8, up: UInt8) {
            self.down = down
            self.up = up
        }
    }

    /// nil: every table.
    public var table: UInt8?
    /// nil: as it is.
    public var miss: Miss?
    /// Whether flows are evicted to make room; nil: as it is.
    public var evicts: Bool?
    /// OFPTMPEF_*, what eviction goes by; nil: not said. Only OFPTMPEF_OTHER | IMPORTANCE | LIFETIME exist.
    public var evictionFlags: UInt32?
    /// Whether vacancy events are sent; nil: as it is.
    public var sendsVacancyEvents: Bool?
    public var vacancy: Vacancy?

    public init(table: UInt8?) { self.table = table }
}
