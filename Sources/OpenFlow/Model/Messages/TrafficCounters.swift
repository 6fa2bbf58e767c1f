/// Packets and bytes that something counted: a group, a bucket, a meter or one of its bands.
public struct TrafficCounters: Sendable, Equatable {
    public var packets: UInt64
    public var bytes: UInt64

    public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
        self.packets = packets
        self.bytes = bytes
    }
}
