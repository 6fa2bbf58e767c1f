/// OFPMP_METER.
public struct MeterStatistics: Sendable, Equatable {
    public struct Counters: Sendable, Equatable {
        public var packets: UInt64
        public var bytes: UInt64

        public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
            self.packets = packets
            self.bytes = bytes
        }
    }

    public var meter: UInt32
    public var flowCount: UInt32 = 0
    public var input = Counters()
    /// What each band dropped or marked, in the order of the meter's bands.
    public var bands: [Counters] = []
    public var duration: Duration = .zero

    public init(meter: UInt32) { self.meter = meter }
}
