/// How much of the ring to control each port may fill, so that a port that floods leaves the others their new flows.
///
/// A port may have as many packets waiting as there are places left: one that floods alone gets half the ring, and each
/// of several its equal share, with one share always free. Two counts a port, one written by the thread and the other
/// by control, both read by the thread as plain loads.
struct MissShares {
    /// Packets handed to control, by port; the thread's.
    private let sent: UnsafeMutablePointer<UInt32>
    /// Packets that control has taken in; control's.
    private let taken: UnsafeMutablePointer<UInt32>

    init() {
        sent = .allocate(capacity: PortID.limit)
        sent.initialize(repeating: 0, count: PortID.limit)
        taken = .allocate(capacity: PortID.limit)
        taken.initialize(repeating: 0, count: PortID.limit)
    }

    func deallocate() {
        sent.deallocate()
        taken.deallocate()
    }

    /// How many more packets of a port may be put into a ring with so many free places. The thread's.
    @inline(__always)
    func room(_ port: UInt32, free: Int) -> Int {
        guard port < UInt32(PortID.limit) else { return free }
        return max(0, free &- Int(sent[Int(port)] &- taken[Int(port)]))
    }

    /// They have been put there. The thread's.
    @inline(__always)
    func send(_ port: UInt32, _ count: Int) {
        if port < UInt32(PortID.limit) { sent[Int(port)] &+= UInt32(truncatingIfNeeded: count) }
    }

    /// One has come out. Control's.
    func take(_ port: UInt32) {
        if port < UInt32(PortID.limit) { taken[Int(port)] &+= 1 }
    }
}
