/// A change of a meter (OFPT_METER_MOD).
public struct MeterMod: Sendable, Equatable {
    public enum Command: UInt16, Sendable {
        case add = 0, modify = 1, delete = 2
    }

    public var command: Command
    /// 1 to 0xffff0000, OFPM_SLOWPATH, OFPM_CONTROLLER; OFPM_ALL with `delete`.
    public var id: UInt32
    public var meter: MeterContents

    public init(command: Command, id: UInt32, meter: MeterContents) {
        self.command = command
        self.id = id
        self.meter = meter
    }

    public static let slowPath: UInt32 = 0xffff_fffd
    public static let controller: UInt32 = 0xffff_fffe
    public static let all: UInt32 = 0xffff_ffff
}

/// What a meter does (`struct ofputil_meter_config`).
public struct MeterContents: Sendable, Equatable {
    /// OFPMF_*: bit 0 kbps, 1 pktps, 2 burst, 3 stats.
    public var flags: UInt16
    public var bands: [Band]

    public struct Band: Sendable, Equatable {
        public enum Kind: Sendable, Equatable {
            case drop
            /// Lowers the DSCP's drop precedence by so many levels.
            case dscpRemark(levels: UInt8)
        }

        public var kind: Kind
        /// Kilobits or packets per second.
        public var rate: UInt32
        /// Kilobits or packets; 0 where the meter has no OFPMF_BURST.
        public var burst: UInt32

        public init(kind: Kind, rate: UInt32, burst: UInt32) {
            self.kind = kind
            self.rate = rate
            self.burst = burst
        }
    }

    public init(flags: UInt16, bands: [Band]) {
        self.flags = flags
        self.bands = bands
    }
}
