/// The size class of packet buffers that an MTU needs.
///
/// OVS's rule: the longest frame of that MTU (two VLAN tags and the checksum included) rounded up to 1024 bytes, so
/// that ports with about the same MTU share a pool.
public struct BufferClass: Sendable, Hashable {
    /// Bytes of a buffer behind its headroom; a multiple of 1024.
    public let usableBytes: Int

    /// Ethernet header, two VLAN tags, frame check sequence.
    private static let mostOverhead = 14 + 2 * 4 + 4
    /// Ethernet header and frame check sequence.
    private static let overhead = 14 + 4
    /// The longest frame that OVS and we configure on a device (`NETDEV_DPDK_MAX_PKT_LEN`).
    public static let longestFrame = 9728
    /// The MTUs that a DPDK port may have.
    public static let mtuRange = 68...(longestFrame - mostOverhead)
    /// Bytes before a frame that headers may be pushed into (`RTE_PKTMBUF_HEADROOM`).
    public static let headroom = 128

    public init(mtu: Int) {
        let frame = min(max(mtu, 0), 60_000) + Self.mostOverhead
        usableBytes = (frame + 1023) / 1024 * 1024
    }

    /// The largest MTU of the class, as it stands in a pool's name: 2030 for all up to 1500.
    public var nominalMTU: Int { usableBytes - Self.overhead }

    /// Bytes of a buffer with its headroom (`data_room_size`).
    public var dataRoom: Int { usableBytes + Self.headroom }

    /// Bytes of DPDK's heap for a pool of `count` buffers, all that belongs to it included; see ``PoolFootprint``.
    public func bytes(count: Int) -> UInt64 { UInt64(PoolFootprint(self, count: count).bytes) }
}
