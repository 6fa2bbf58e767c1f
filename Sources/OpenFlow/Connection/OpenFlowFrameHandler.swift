import Control
import NIOCore

/// What a frame handler tells about its channel; all calls on the control thread.
@ControlActor
protocol OpenFlowFrameReceiver: AnyObject, Sendable {
    func received(_ message: OpenFlowMessage)
    /// The stream cannot be followed any more: a header said fewer bytes than a header has.
    func receivedGarbage(length: Int)
    func becameWritable()
    /// `hasPartialMessage`: the peer stopped in the middle of a message.
    func closed(hasPartialMessage: Bool)
}

/// Cuts the byte stream of one connection into OpenFlow messages.
final class OpenFlowFrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let receiver: any OpenFlowFrameReceiver
    private var buffer = ByteBuffer()
    private var isBroken = false

    init(receiver: any OpenFlowFrameReceiver) { self.receiver = receiver }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var read = unwrapInboundIn(data)
        guard !isBroken else { return }
        buffer.writeBuffer(&read)
        while let length = buffer.getInteger(at: buffer.readerIndex + 2, as: UInt16.self).map(Int.init) {
            guard length >= OpenFlowMessage.headerSize else {
                isBroken = true
                ControlActor.assumeIsolated { [receiver] in receiver.receivedGarbage(length: length) }
                return
            }
            guard let bytes = buffer.readBytes(length: length), let message = try? OpenFlowMessage(bytes: bytes) else {
                break
            }
            ControlActor.assumeIsolated { [receiver] in receiver.received(message) }
        }
        buffer.discardReadBytes()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { ControlActor.assumeIsolated { [receiver] in receiver.becameWritable() } }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let hasPartialMessage = buffer.readableBytes > 0 && !isBroken
        ControlActor.assumeIsolated { [receiver] in receiver.closed(hasPartialMessage: hasPartialMessage) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Reset by the peer, broken pipe: the end of this connection and of nothing else.
        context.close(promise: nil)
    }
}
