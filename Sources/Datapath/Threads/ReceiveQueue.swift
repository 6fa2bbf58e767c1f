/// A queue that a thread receives from. Plain data; the thread's own table.
struct ReceiveQueue {
    enum Kind: UInt8 { case device, guest, tap, packetSocket, handover }

    var kind = Kind.device
    /// The datapath port that packets come in on; for `handover`, the one they leave by.
    var port: UInt32 = 0
    /// `device`: DPDK's port number and queue; `guest`: the queue.
    var devicePort: UInt16 = 0
    var deviceQueue: UInt16 = 0
    /// `tap`, `packetSocket`: the descriptor; `guest`: the vhost library's number of the device.
    var descriptor: Int32 = -1
    /// `tap`: buffers that a frame of the greatest length fills.
    var segments: Int32 = 1
    /// `handover`: the rte_ring to drain.
    var ring: UnsafeMutableRawPointer?
    /// `guest`: the virtqueue; nil when only the vhost library can move packets over it.
    var guestRing: GuestRing?
    /// `guest`: the rte_mempool to receive into, and this thread's counters of the queue.
    var pool: UnsafeMutableRawPointer?
    var counters: UnsafeMutablePointer<VhostQueueCounters>?
    /// Where the queue's load is told to control; its memory is control's.
    var load: UnsafeMutablePointer<QueueLoad>?
    /// `device`, `guest`: its packets wait there, since control has not yet taken in so many misses.
    var isHeld = false
    /// When it last gave packets, and when it was last asked, by the TSC.
    var lastPackets: UInt64 = 0
    var lastLook: UInt64 = 0
    /// The TSC until which they may wait; 0: they have not had to; .max: they have waited long enough.
    var patience: UInt64 = 0
}

/// What a receive queue has cost its thread; written by the thread, read by control.
struct QueueLoad {
    /// TSC cycles spent on bursts that held packets, since the queue was given to the thread.
    var busyCycles: UInt64 = 0
    var packets: UInt64 = 0
}
