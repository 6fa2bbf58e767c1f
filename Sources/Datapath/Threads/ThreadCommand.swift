import CDPDK

/// What control asks of a thread, in one block that travels there over a ring and, carried out, comes back over
/// another.
///
/// Control allocates and frees the block; the thread only reads it. Commands are carried out in the order sent, each
/// once.
struct ThreadCommand {
    enum Kind: UInt8 {
        /// `block` is a TableCommand of the flow table.
        case table
        /// The port's slot becomes `attachment`.
        case attach
        /// `queue` is received from, from now on; it is number `number` in the thread.
        case addQueue
        /// The queue whose port is `port` and index `number` is received from no more.
        case removeQueue
        /// The packet `block` goes through the program `second`, as from `port`.
        case execute
        /// The packet `block` is looked up again, as from `port`: its flow has been installed.
        case reprocess
        /// The packet `block` has come in on `port`: a port of control's own.
        case receive
        /// Meter `number` becomes `block`, a MeterBlock, or none.
        case meter
        /// A PMD thread that finds little to do may sleep for `number` microseconds between two looks; 0: not at all.
        case sleep
        /// Keys tell of `number` tags.
        case tags
        /// Nothing: its return tells that everything before it is in force.
        case fence
        /// From now on the thread also watches another thread's `block` ring for news to control.
        case watch
        /// The thread forgets the watched ring `block`.
        case unwatch
        /// The thread ends after this command; nothing follows it.
        case stop
    }

    var kind: Kind
    var port: UInt32 = 0
    var number: UInt32 = 0
    var block: UnsafeMutableRawPointer?
    var second: UnsafeMutableRawPointer?
    var attachment = PortAttachment()
    var queue = ReceiveQueue()
    /// `receive`, `reprocess`: the time stamp that the packet's flow is given as its last use; 0: that of now.
    var stamp: UInt64 = 0
    /// Finds the one who waits for its return; 0: nobody.
    var ticket: UInt64 = 0

    init(_ kind: Kind) { self.kind = kind }

    /// Whether `block` is a packet, which the thread is given with the command.
    var carriesPacket: Bool { kind == .execute || kind == .reprocess || kind == .receive }

    /// `execute`, `reprocess`, `receive`: the packet.
    var packet: Mbuf { block.unsafelyUnwrapped.assumingMemoryBound(to: cdpdk_mbuf.self) }
}
