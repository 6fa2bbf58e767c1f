/// OFPMP_METER.
public struct MeterStatistics: Sendable, Equatable {
    public typealias Counters = TrafficCounters

    public var meter: UInt32
    public var flowCount: UInt32 = 0
    public var input = Counters()
    /// What each band dropped or marked, in the order of the meter's bands.
    public var bands: [Counters] = []
    public var duration: Duration = .zero

    public init(meter: UInt32) { self.meter = meter }
}
