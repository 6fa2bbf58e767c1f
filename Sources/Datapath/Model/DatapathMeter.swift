/// A meter of the datapath: packets beyond its rates are dropped or remarked (OVS: `dpif` meters, RFC 2697-like
/// buckets).
public struct DatapathMeter: Sendable, Equatable {
    public struct Band: Sendable, Equatable {
        /// Kilobits or packets per second.
        public var rate: UInt32
        /// The bucket's depth in kilobits or packets; 0: a second's worth of the rate.
        public var burst: UInt32
        /// nil: packets are dropped. Else the DSCP's drop precedence is lowered by so many levels.
        public var remarkLevels: UInt8?

        public init(rate: UInt32, burst: UInt32, remarkLevels: UInt8? = nil) {
            self.rate = rate
            self.burst = burst
            self.remarkLevels = remarkLevels
        }
    }

    public var countsPackets: Bool
    /// Of the bands that a packet exceeds, the one of the highest rate applies.
    public var bands: [Band]

    public init(countsPackets: Bool, bands: [Band]) {
        self.countsPackets = countsPackets
        self.bands = bands
    }
}

/// What a meter has seen since it was made.
public struct DatapathMeterStatistics: Sendable, Equatable {
    public struct Band: Sendable, Equatable {
        public var packets: UInt64
        public var bytes: UInt64

        public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
            self.packets = packets
            self.bytes = bytes
        }
    }

    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    /// What each band applied to.
    public var bands: [Band]

    public init(bands: [Band]) { self.bands = bands }
}
