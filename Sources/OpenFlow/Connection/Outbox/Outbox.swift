import Control
import NIOCore

/// Messages on their way out of one connection.
///
/// Short messages are gathered in pieces, which go to the channel as fast as the peer reads. What it leaves unread
/// stays here, where it takes little more room than its bytes and is counted against a budget that all connections of a
/// bridge share.
@ControlActor
final class Outbox {
    private struct Piece {
        var bytes: ByteBuffer
        var promise: EventLoopPromise<Void>?
        /// What the budget counts for it.
        var cost: Int
    }

    private let channel: any Channel
    private let budget: ByteBudget
    private var pieces = CircularBuffer<Piece>()
    /// The last piece, which more messages may join; empty when there is none.
    private var tail = ByteBuffer()
    private var isOpen = true
    private var isPushing = false
    /// While it is, messages are gathered and not sent.
    var isCorked = false { didSet { if !isCorked, oldValue { push() } } }
    /// What waits here for the peer to read, in bytes.
    private var waiting = 0
    /// What is kept elsewhere until the peer has read, in bytes.
    private var beside = 0
    /// What the budget counts for this connection.
    var unread: Int { waiting + beside }

    /// A piece that has so many bytes gets no more.
    private static let pieceSize = 32 << 10
    /// What a piece takes beside its bytes.
    private static let overhead = 256

    init(channel: any Channel, budget: ByteBudget) {
        self.channel = channel
        self.budget = budget
    }

    /// Whether there is room for more: the peer reads.
    var hasRoom: Bool { channel.isWritable && waiting < Self.pieceSize }

    /// Sends a message after those before it.
    ///
    /// - Parameter promise: fulfilled when the message has left, failed when it never will.
    func send(_ message: OpenFlowMessage, _ promise: EventLoopPromise<Void>? = nil) {
        guard isOpen else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        if tail.readableBytes + message.bytes.count > Self.pieceSize || promise != nil { seal() }
        if let promise {
            pieces.append(
                Piece(
                    bytes: channel.allocator.buffer(bytes: message.bytes), promise: promise,
                    cost: message.bytes.count + Self.overhead))
            count(message.bytes.count + Self.overhead)
        } else {
            tail.writeBytes(message.bytes)
            count(message.bytes.count)
        }
        if !isCorked { push() }
    }

    /// Lets no more messages join the last piece.
    private func seal() {
        guard tail.readableBytes > 0 else { return }
        pieces.append(Piece(bytes: tail, cost: tail.readableBytes))
        tail = ByteBuffer()
    }

    private func count(_ bytes: Int) {
        waiting += bytes
        budget.take(bytes)
    }

    /// Counts room that something else takes as long as the peer does not read, or no more takes (a negative number).
    func countBeside(_ bytes: Int) {
        guard isOpen else { return }
        beside += bytes
        budget.take(bytes)
    }

    /// Hands over to the channel what it takes; to be called whenever it takes more.
    func push() {
        // Flushing may call back with the news that there is room again.
        guard !isPushing, isOpen else { return }
        isPushing = true
        while isOpen, channel.isWritable {
            if pieces.isEmpty { seal() }
            guard let piece = pieces.popFirst() else { break }
            count(-piece.cost)
            channel.writeAndFlush(piece.bytes, promise: piece.promise)
        }
        isPushing = false
    }

    /// The connection has ended: forgets what waits.
    func close() {
        guard isOpen else { return }
        budget.take(-unread)
        (waiting, beside, isOpen) = (0, 0, false)
        let lost = pieces
        pieces = []
        tail = ByteBuffer()
        for piece in lost { piece.promise?.fail(ChannelError.ioOnClosedChannel) }
    }
}
