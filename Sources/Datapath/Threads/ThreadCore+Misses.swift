import CDPDK

/// What a PMD thread does when it has more misses than control can take.
extension ThreadCore {
    /// How many packets wait for control when there are more misses than it can take.
    private static let relieved = ThreadRings.upcallDepth / 4
    /// The room at which a port's queue is held, some bursts before it would lose packets, and the one at which it
    /// goes on.
    private static let scarce = 256
    private static let ample = ThreadRings.upcallDepth / 4

    /// After a burst with misses. Leaves a queue's packets in its device for a moment when its port has no room left on
    /// the way to control: a burst of a new flow, faster than any translation, is then not lost. OVS waits likewise, in
    /// that its threads translate.
    ///
    /// In all it waits for 30 ms at most, and then not again before control has come to an end with the misses, so that
    /// a flood costs the misses, and not the known flows of its port.
    @inline(never)
    mutating func takeStock(_ queue: UnsafeMutablePointer<ReceiveQueue>, now: UInt64) {
        seenMisses = processor.statistics.missedPackets
        let waiting = processor.sink.waitingUpcalls
        processor.table.isOverloaded = waiting > Self.relieved
        if waiting <= Self.burst { queue.pointee.patience = 0 }
        guard queue.pointee.patience != .max,
            processor.sink.room(queue.pointee.port, waiting: waiting) < Self.scarce
        else { return }
        if queue.pointee.patience == 0 { queue.pointee.patience = now &+ cdpdk_tsc_hz() / 100 &* 3 }
        queue.pointee.isHeld = true
    }

    /// Whether a held queue still waits for control.
    @inline(never)
    func isHeld(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Bool {
        if processor.sink.room(queue.pointee.port, waiting: processor.sink.waitingUpcalls) > Self.ample {
            queue.pointee.isHeld = false
        } else if cdpdk_tsc() > queue.pointee.patience {
            queue.pointee.isHeld = false
            queue.pointee.patience = .max
        }
        return queue.pointee.isHeld
    }

    /// Under a flood of misses: looks whether it is over, and keeps the busiest subtables in front.
    @inline(never)
    mutating func relieve(now: UInt64, _ sorted: inout UInt64) {
        processor.table.isOverloaded = processor.sink.waitingUpcalls > Self.relieved
        guard now &- sorted > cdpdk_tsc_hz() / 32 else { return }
        sorted = now
        processor.table.sort()
    }
}
