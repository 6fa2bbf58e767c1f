import CDPDK

/// What one thread has moved over one queue of a guest: written by that thread alone, summed up by control, in the
/// classes and under the names of DPDK's vhost library (`rx_q0_good_packets` …).
struct VhostQueueCounters {
    static let classNames = [
        "undersize_packets", "size_64_packets", "size_65_127_packets", "size_128_255_packets", "size_256_511_packets",
        "size_512_1023_packets", "size_1024_1518_packets", "size_1519_max_packets",
    ]

    var packets: UInt64 = 0
    var bytes: UInt64 = 0
    var multicast: UInt64 = 0
    var broadcast: UInt64 = 0
    /// What the guest has sent that is no frame, or none that a buffer holds.
    var errors: UInt64 = 0
    /// How often buffers were asked for in vain; the packets stayed in the guest's ring.
    var withoutBuffer: UInt64 = 0
    /// By length, in the order of ``classNames``.
    var classes = InlineArray<8, UInt64>(repeating: 0)

    /// Counts a burst.
    @inline(__always)
    mutating func count(_ mbufs: MbufVector, _ count: Int) {
        var sum: UInt64 = 0
        for index in 0..<count {
            let mbuf = mbufs[index].unsafelyUnwrapped
            let length = mbuf.pointee.pkt_len
            sum &+= UInt64(length)
            classes[Self.sizeClass(length)] &+= 1
            let address = UnsafeRawPointer(mbuf.frame)
            // The first byte's lowest bit: a group address (IEEE 802).
            if address.load(as: UInt8.self) & 1 != 0 { countGroup(address) }
        }
        packets &+= UInt64(truncatingIfNeeded: count)
        bytes &+= sum
    }

    /// The class of a length in bytes.
    @inline(__always)
    static func sizeClass(_ length: UInt32) -> Int {
        if length <= 64 { return length == 64 ? 1 : 0 }
        // 65 … 127 have bit 6 as their highest, and so on.
        return length > 1518 ? 7 : 27 &- length.leadingZeroBitCount
    }

    private mutating func countGroup(_ address: UnsafeRawPointer) {
        let bits = address.loadUnaligned(as: UInt64.self) & 0xffff_ffff_ffff
        if bits == 0xffff_ffff_ffff { broadcast &+= 1 } else { multicast &+= 1 }
    }

    mutating func add(_ other: VhostQueueCounters) {
        packets &+= other.packets
        bytes &+= other.bytes
        multicast &+= other.multicast
        broadcast &+= other.broadcast
        errors &+= other.errors
        withoutBuffer &+= other.withoutBuffer
        for index in 0..<8 { classes[index] &+= other.classes[index] }
    }

    /// Each figure with the library's name for it.
    var named: [(String, UInt64)] {
        [("good_packets", packets), ("good_bytes", bytes), ("multicast_packets", multicast),
            ("broadcast_packets", broadcast)] + Self.classNames.enumerated().map { ($1, classes[$0]) }
    }
}
