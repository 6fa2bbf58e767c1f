import Control
import Glibc
import NIOCore
import NIOPosix
import TLS

/// Passive remotes: the server comes to us. It is waited for until it is there, and again when it has gone.
extension JSONRPCSession {
    func listen(_ address: ListeningAddress, _ attempt: Int) {
        // The closure belongs to the bootstrap; what it calls is on this loop all the same.
        let session = NIOLoopBound(WeakSession(self), eventLoop: eventLoop)
        let bootstrap = ServerBootstrap(group: eventLoop).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try session.value.session?.accept(channel, address, attempt) }
        }
        let future: EventLoopFuture<any Channel>
        do throws(SocketPathError) {
            future = try address.bind(with: bootstrap)
        } catch {
            return ended(Self.cause(of: error))
        }
        future.hop(to: eventLoop).assumeIsolated().whenComplete { [weak self] result in
            guard let self, isRunning, self.attempt == attempt, !isConnected else {
                try? result.get().close(promise: nil)
                return
            }
            do { listener = try result.get() } catch { ended(Self.cause(of: error)) }
        }
    }

    private func accept(_ channel: any Channel, _ address: ListeningAddress, _ attempt: Int) throws {
        // Whoever comes second has to wait until the first has gone.
        guard isRunning, self.attempt == attempt, !isConnected else { throw ChannelError.alreadyClosed }
        if case .tls = address {
            guard let tls else { throw TLSError(description: "Protocol not available") }
            try tls.addServer(to: channel)
        }
        let connection = JSONRPCConnection(name: remote.description, limits: limits)
        // Nothing can be sent before the channel is open, which it is not yet.
        let activation = ChannelActivation { [weak self, eventLoop] in
            eventLoop.assumeIsolated().execute {
                guard let self, self.isRunning, self.attempt == attempt, connection.isOpen, !self.isConnected else {
                    return connection.close()
                }
                self.stopListening()
                self.connected(connection)
            }
        }
        try channel.pipeline.syncOperations.addHandler(activation)
        try connection.attach(to: channel)
    }

    /// Waits for nobody any more; the socket's file goes.
    func stopListening() {
        guard let listener else { return }
        if case .listening(.unix(let path)) = remote.address { unlink(path) }
        listener.close(promise: nil)
        self.listener = nil
    }
}

/// Does not keep a session alive.
private struct WeakSession {
    weak var session: JSONRPCSession?

    init(_ session: JSONRPCSession) { self.session = session }
}

/// Tells when a channel is open.
private final class ChannelActivation: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    private let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        body()
    }
}
