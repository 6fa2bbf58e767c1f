import Control
import Glibc
import Logging
import NIOCore
import NIOPosix
import Program

/// The control socket: answers `ovs-appctl` over JSON-RPC 1.0 (OVS: `unixctl_server`).
@ControlActor
public final class UnixctlServer {
    /// The socket's path.
    public nonisolated let path: String
    private let registry: CommandRegistry
    private let coverage: Coverage?
    private let logger = Logger(label: "unixctl")
    private var listener: (any Channel)?
    private var connections: [Int: UnixctlConnection] = [:]
    private var accepted = 0

    /// A server for `registry`, not yet listening; `coverage` counts its requests.
    public init(path: String, registry: CommandRegistry, coverage: Coverage? = nil) {
        self.path = path
        self.registry = registry
        self.coverage = coverage
    }

    /// Makes the socket and listens. A file of that name, left by a daemon that was killed, is replaced.
    ///
    /// - Throws: code `.system`: "PATH: could not initialize control socket (REASON)".
    public func start() async throws(ManagementError) {
        let socket: Int32
        do throws(SocketPathError) {
            socket = try UnixListener.open(path)
        } catch {
            throw ManagementError(
                errno: error.errno,
                "\(path): could not initialize control socket (\(ManagementError.text(error.errno)))")
        }
        do {
            listener = try await ServerBootstrap(group: ControlActor.shared.group)
                .childChannelInitializer { [weak self] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try ControlActor.assumeIsolated { try self?.accept(channel) }
                    }
                }
                .withBoundSocket(socket)
                .get()
        } catch {
            // NIO closes the descriptor that it took over.
            unlink(path)
            throw ManagementError(errno: 0, "\(path): could not initialize control socket (\(error))")
        }
    }

    /// Closes the socket and all connections, and removes the file.
    public func stop() async {
        unlink(path)
        try? await listener?.close().get()
        listener = nil
        for connection in connections.values { connection.close() }
    }

    private func accept(_ channel: any Channel) throws {
        let number = accepted
        accepted += 1
        connections[number] = try UnixctlConnection(
            channel: channel, name: "unix#\(number)", registry: registry, coverage: coverage, logger: logger
        ) { [weak self] in self?.connections[number] = nil }
    }
}
