import Control
import NIOCore

/// A peer on BRIDGE.snoop, which gets copies of a controller's messages in both directions (`ovs-ofctl snoop`).
///
/// It says hello as any connection does, and what it says is not listened to. Copies that it does not read in time are
/// lost: a watcher must not slow a controller.
@ControlActor
final class OpenFlowWatcher: OpenFlowFrameReceiver {
    let name: String
    var ended: (@ControlActor (OpenFlowWatcher) -> Void)?
    private let channel: any Channel
    private var isOpen = true

    init(channel: any Channel, name: String) {
        self.channel = channel
        self.name = name
    }

    func start(_ versions: Set<OpenFlowVersion>) {
        let hello = HelloCodec.encode(versions, transaction: 1)
        channel.writeAndFlush(channel.allocator.buffer(bytes: hello.bytes), promise: nil)
    }

    func show(_ message: OpenFlowMessage) {
        guard isOpen, channel.isWritable else { return }
        channel.writeAndFlush(channel.allocator.buffer(bytes: message.bytes), promise: nil)
    }

    func close() { channel.close(promise: nil) }

    func received(_ messages: [OpenFlowMessage]) {}
    func receivedGarbage(length: Int) { close() }
    func becameWritable() {}

    func closed(hasPartialMessage: Bool, error: (any Error)?) {
        isOpen = false
        ended?(self)
        ended = nil
    }
}
