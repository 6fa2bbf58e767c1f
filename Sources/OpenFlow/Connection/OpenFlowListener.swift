import Control
import Glibc
import Logging
import NIOCore
import NIOPosix
import TLS

/// Listens at an address and hands over what connects, with the handler that cuts messages in place (OVS: `pvconn`).
@ControlActor
final class OpenFlowListener {
    /// Called with each channel that has become active.
    var accepted: (@ControlActor (any Channel) -> Void)?
    private let address: ControllerTarget.Address
    private let tls: TLSContexts
    private var channel: (any Channel)?
    private var isClosed = false
    private let log = Logger(label: "vconn_stream")
    private var limit = RateLimit(perMinute: 1, burst: 5)

    /// - Parameter address: a Unix socket's path must be absolute.
    init(_ address: ControllerTarget.Address, tls: TLSContexts) {
        self.address = address
        self.tls = tls
    }

    /// Where it listens; the port is the one that the kernel chose where none was asked for.
    var localAddress: SocketAddress? { channel?.localAddress }

    /// Listens; a socket file that is left from an earlier process is replaced.
    func listen() async throws {
        let isTLS: Bool
        if case .tls = address { isTLS = true } else { isTLS = false }
        let bootstrap = ServerBootstrap(group: ControlActor.shared.group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // What thousands of peers could have waiting in both directions must stay within bounds.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 16 << 10, high: 32 << 10))
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    if isTLS {
                        try ControlActor.assumeIsolated {
                            guard let self else { throw TLSError(description: "the listener is gone") }
                            try self.tls.addServer(to: channel)
                        }
                    }
                    try channel.pipeline.syncOperations.addHandler(OpenFlowFrameHandler())
                    // The channel becomes active right after this; writes before that would fail.
                    channel.eventLoop.execute { ControlActor.assumeIsolated { self?.take(channel) } }
                }
            }
        let made: any Channel
        switch address {
        case .unix(let path):
            let socket = try SocketPath(path)
            defer { socket.close() }
            made = try await bootstrap.bind(unixDomainSocketPath: socket.usable, cleanupExistingSocketFile: true).get()
        case .tcp(let host, let port), .tls(let host, let port):
            made = try await bootstrap.bind(host: host, port: port).get()
        }
        guard !isClosed else {
            try? await made.close()
            return
        }
        channel = made
    }

    /// Stops listening and removes the socket file; returns when others can listen there.
    func close() async {
        isClosed = true
        guard let channel else { return }
        self.channel = nil
        try? await channel.close()
        if case .unix(let path) = address { unlink(path) }
    }

    private func take(_ channel: any Channel) {
        guard !isClosed, let accepted else { return channel.close(promise: nil) }
        guard channel.leavesDescriptors else {
            if limit.admit() != nil {
                log.warning("accept: refusing a connection: \(String(cString: strerror(EMFILE)))")
            }
            return channel.close(promise: nil)
        }
        accepted(channel)
    }
}
