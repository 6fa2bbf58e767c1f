/// How one thread sends to one port; a slot of the thread's table, indexed by ``PortID``. Plain data.
///
/// Control fills a copy and sends it by a command; only the thread writes its table.
struct PortAttachment {
    enum Mode: UInt8 {
        /// No such port, or it is being removed: packets for it are counted as `noPort`.
        case none
        /// A DPDK transmit queue of the thread's own.
        case queue
        /// A ring whose other end is the thread that owns the output.
        case handover
        /// A TAP's descriptor; the sleeping thread only.
        case tap
        /// An AF_PACKET socket; the sleeping thread only.
        case packetSocket
        /// A queue of a guest's. Threads may share one: its gate keeps them apart.
        case guest
        /// A guest that is not there: packets for it are counted as `transmitFailure`.
        case absentGuest
    }

    var mode = Mode.none
    /// `queue`: DPDK's port number and the transmit queue.
    var devicePort: UInt16 = 0
    var deviceQueue: UInt16 = 0
    /// `tap`, `packetSocket`: the descriptor; `guest`: the vhost library's number of the device.
    var descriptor: Int32 = -1
    /// `guest`: the virtqueue; nil when only the vhost library can move packets over it.
    var guestRing: GuestRing?
    /// `guest`: how often the rest of a burst is offered again.
    var retries: UInt16 = 0
    /// `guest`: this thread's counters of the queue.
    var queueCounters: UnsafeMutablePointer<VhostQueueCounters>?
    /// The longest frame that may leave, without its outer VLAN tags' 4 bytes each.
    var maximumFrameLength: UInt32 = 0
    /// The sleeping thread, and devices: the rte_mempool that what is sent has to be from.
    var pool: UnsafeMutableRawPointer?
    /// `handover`: the rte_ring.
    var ring: UnsafeMutableRawPointer?
    /// This thread's counters of the port; never nil while `mode` is not `none`.
    var counters: UnsafeMutablePointer<PortCounters>?
}
