/// OFPMP_GROUP.
public struct GroupStatistics: Sendable, Equatable {
    /// What a group or bucket counted.
    public typealias Counters = TrafficCounters

    public var group: UInt32
    /// Flows and groups that name it.
    public var referenceCount: UInt32 = 0
    public var counters = Counters()
    public var buckets: [Counters] = []
    public var duration: Duration = .zero

    public init(group: UInt32) { self.group = group }
}
