import Control
import NIOCore

/// What a frame handler tells about its channel; all calls on the control thread.
@ControlActor
protocol OpenFlowFrameReceiver: AnyObject, Sendable {
    /// What one reading of the socket brought.
    func received(_ messages: [OpenFlowMessage])
    /// The stream cannot be followed any more: a header said fewer bytes than a header has.
    func receivedGarbage(length: Int)
    func becameWritable()
    /// `hasPartialMessage`: the peer stopped in the middle of a message; `error`: what went wrong before, if anything.
    func closed(hasPartialMessage: Bool, error: (any Error)?)
}

/// Cuts the byte stream of one connection into OpenFlow messages.
///
/// What comes before there is a receiver waits for it.
final class OpenFlowFrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var receiver: (any OpenFlowFrameReceiver)?
    private var buffer = ByteBuffer()
    private var isBroken = false
    private var isClosed = false
    private var error: (any Error)?

    /// Tells `receiver` from now on; on the control thread.
    @ControlActor
    func attach(_ receiver: any OpenFlowFrameReceiver) {
        self.receiver = receiver
        cut()
        if isClosed { tellClosed() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var read = unwrapInboundIn(data)
        guard !isBroken else { return }
        buffer.writeBuffer(&read)
        cut()
    }

    private func cut() {
        guard let receiver, !isBroken else { return }
        var messages: [OpenFlowMessage] = []
        while let length = buffer.getInteger(at: buffer.readerIndex + 2, as: UInt16.self).map(Int.init) {
            guard length >= OpenFlowMessage.headerSize else {
                isBroken = true
                let sound = messages
                ControlActor.assumeIsolated {
                    receiver.received(sound)
                    receiver.receivedGarbage(length: length)
                }
                return
            }
            guard let bytes = buffer.readBytes(length: length), let message = try? OpenFlowMessage(bytes: bytes) else {
                break
            }
            messages.append(message)
        }
        buffer.discardReadBytes()
        guard !messages.isEmpty else { return }
        let sound = messages
        ControlActor.assumeIsolated { receiver.received(sound) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { ControlActor.assumeIsolated { [receiver] in receiver?.becameWritable() } }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        tellClosed()
        context.fireChannelInactive()
    }

    private func tellClosed() {
        let hasPartialMessage = buffer.readableBytes > 0 && !isBroken
        ControlActor.assumeIsolated { [receiver, error] in
            receiver?.closed(hasPartialMessage: hasPartialMessage, error: error)
        }
        receiver = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Reset by the peer, broken pipe, a handshake that failed: the end of this connection and of nothing else.
        if self.error == nil { self.error = error }
        context.close(promise: nil)
    }
}
