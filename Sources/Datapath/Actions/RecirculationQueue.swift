import CDPDK

/// Packets that wait to be looked up again, first in, first out, until the burst that they came from is done.
///
/// A queue instead of a call: packets that are recirculated again and again, or in many copies, cost no stack, and
/// their number is bounded.
struct RecirculationQueue {
    /// How often a packet may be looked up again (OVS: MAX_RECIRC_DEPTH).
    static var depthLimit: UInt32 { 6 }
    /// How many may wait: a burst of 32 in 32 copies each.
    static var capacity: Int { 1024 }

    private let mbufs: MbufVector
    private var first = 0
    private(set) var count = 0

    init() {
        mbufs = .allocate(capacity: Self.capacity)
        mbufs.initialize(repeating: nil, count: Self.capacity)
    }

    func deallocate() { mbufs.deallocate() }

    /// Takes a packet with metadata, unless there are too many.
    @inline(__always)
    mutating func append(_ mbuf: Mbuf) -> Bool {
        guard count < Self.capacity else { return false }
        mbufs[(first &+ count) & (Self.capacity &- 1)] = mbuf
        count &+= 1
        return true
    }

    /// Moves up to a burst of packets out.
    @inline(__always)
    mutating func take(into target: MbufVector) -> Int {
        let taken = min(count, Burst.capacity)
        for position in 0..<taken { target[position] = mbufs[(first &+ position) & (Self.capacity &- 1)] }
        first = (first &+ taken) & (Self.capacity &- 1)
        count &-= taken
        return taken
    }
}
