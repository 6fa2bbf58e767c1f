import Control
import Glibc
import NIOCore
import NIOPosix
import TLS

/// Passive remotes: the server comes to us. It is waited for until it is there, and again when it has gone.
extension JSONRPCSession {
    func listen(_ address: ListeningAddress, _ attempt: Int) {
        let bootstrap = ServerBootstrap(group: ControlActor.shared.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try ControlActor.assumeIsolated { try self?.accept(channel, address, attempt) }
                }
            }
        let future: EventLoopFuture<any Channel>
        switch address {
        case .unix(let path):
            do throws(SocketPathError) {
                future = bootstrap.withBoundSocket(try UnixListener.open(path))
            } catch {
                return ended(Self.cause(of: error))
            }
        case .tcp(let host, let port), .tls(let host, let port):
            future = bootstrap.bind(host: host ?? "0.0.0.0", port: port)
        }
        future.hop(to: ControlActor.shared.eventLoop).whenComplete { [weak self] result in
            ControlActor.assumeIsolated {
                guard let self, self.isRunning, self.attempt == attempt, !self.isConnected else {
                    try? result.get().close(promise: nil)
                    return
                }
                do { self.listener = try result.get() } catch { self.ended(Self.cause(of: error)) }
            }
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
        let activation = ChannelActivation { [weak self] in
            ControlActor.enqueue {
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

/// Tells when a channel is open.
private final class ChannelActivation: ChannelInboundHandler, Sendable {
    typealias InboundIn = NIOAny
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        body()
    }
}
