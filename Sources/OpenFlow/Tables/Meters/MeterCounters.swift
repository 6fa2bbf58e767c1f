/// What a meter has seen since it was added.
public struct MeterCounters: Sendable, Equatable {
    /// What a band applied to.
    public typealias Band = TrafficCounters

    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    /// As many as the meter has.
    public var bands: [Band]

    public init(bands: [Band]) { self.bands = bands }
}
