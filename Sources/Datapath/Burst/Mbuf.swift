import CDPDK

/// A packet in its buffer, whose first segment starts with the Ethernet header (DPDK: `struct rte_mbuf *`).
typealias Mbuf = UnsafeMutablePointer<cdpdk_mbuf>
/// Packets of a burst, side by side.
typealias MbufVector = UnsafeMutablePointer<Mbuf?>

/// How many packets a burst has at most.
enum Burst {
    static var capacity: Int { 32 }
}

extension Mbuf {
    /// The first byte of the frame.
    @inline(__always)
    var frame: UnsafeMutablePointer<UInt8> { pointee.buf_addr + Int(pointee.data_off) }

    /// A copy of the first `length` bytes, in buffers of the pool that this one is from: what devices keep of sent
    /// packets is then no other port's. nil when none is free.
    @inline(__always)
    func copied(_ length: UInt32 = .max) -> Mbuf? { cdpdk_mbuf_copy(self, pointee.pool, length) }
}
