/// OFPMP_GROUP.
public struct GroupStatistics: Sendable, Equatable {
    /// What a group or bucket counted.
    public struct Counters: Sendable, Equatable {
        public var packets: UInt64
        public var bytes: UInt64

        public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
            self.packets = packets
            self.bytes = bytes
        }
    }

    public var group: UInt32
    /// Flows and groups that name it.
    public var referenceCount: UInt32 = 0
    public var counters = Counters()
    public var buckets: [Counters] = []
    public var duration: Duration = .zero

    public init(group: UInt32) { self.group = group }
}
