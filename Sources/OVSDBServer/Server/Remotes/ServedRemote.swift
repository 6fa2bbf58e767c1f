import Control
import Glibc
import Logging
import NIOCore
import NIOPosix
import OVSDB

/// One remote in service: a socket that listens, or a connection that is kept up.
@ControlActor
final class ServedRemote {
    let target: RemoteTarget
    let settings: RemoteSettings
    private unowned let server: DatabaseServer
    private let name: String
    private let logger = Logger(label: "ovsdb_jsonrpc_server")
    private var listener: (any Channel)?
    private var outgoing: JSONRPCSession?
    private var sessions: [ObjectIdentifier: ServerSession] = [:]
    private var accepted = 0
    private var isStopped = false
    private var lastError: String?
    private var lastChange = ContinuousClock.now
    private var limit = RateLimit(perMinute: 1, burst: 5)

    init(_ target: RemoteTarget, named name: String, _ settings: RemoteSettings, server: DatabaseServer) {
        self.target = target
        self.name = name
        self.settings = settings
        self.server = server
    }

    private var sessionSettings: ServerSession.Settings {
        ServerSession.Settings(
            isReadOnly: settings.isReadOnly, probeInterval: target.needsProbes ? settings.probeInterval : nil)
    }

    /// Begins to serve; returns when the socket listens.
    ///
    /// - Throws: errno of what failed.
    func start() async throws(StorageError) {
        do {
            switch target {
            case .listenUnix(let path):
                let socket: Int32
                do throws(SocketPathError) {
                    socket = try UnixListener.open(path)
                } catch {
                    throw StorageError("\(name): listen failed", errno: error.errno)
                }
                try await keep(try await bootstrap("unix").withBoundSocket(socket).get())
            case .listenTCP(let host, let port):
                let bootstrap = bootstrap("tcp")
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                try await keep(try await bootstrap.bind(host: host ?? "0.0.0.0", port: port).get())
            case .connect(let remote): connect(remote)
            case .column: break
            }
        } catch let error as StorageError {
            lastError = error.description
            throw error
        } catch {
            let failure = StorageError("\(name): listen failed", errno: (error as? IOError)?.errnoCode)
            lastError = failure.description
            throw failure
        }
    }

    private func keep(_ channel: any Channel) async throws {
        if isStopped { return try await channel.close() }
        listener = channel
    }

    private func bootstrap(_ kind: String) -> ServerBootstrap {
        ServerBootstrap(group: ControlActor.shared.group)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try ControlActor.assumeIsolated { try self?.accept(channel, kind) }
                }
            }
    }

    private func accept(_ channel: any Channel, _ kind: String) throws {
        guard !isStopped else { throw ChannelError.alreadyClosed }
        accepted += 1
        let peer = channel.remoteAddress.flatMap { address in
            address.port.map { "\(address.ipAddress ?? ""):\($0)" }
        }
        let connection = JSONRPCConnection(name: "\(kind):" + (peer ?? "\(accepted)"))
        try connection.attach(to: channel)
        add(server.serve(connection, sessionSettings) { [weak self] in self?.ended($0) })
    }

    private func connect(_ remote: Remote) {
        let session = JSONRPCSession(
            remote: remote, probeInterval: target.needsProbes && settings.probeInterval > .zero
                ? settings.probeInterval : nil)
        session.onConnected = { [weak self] in
            guard let self, let connection = outgoing?.standing else { return }
            var settings = sessionSettings
            settings.probeInterval = nil
            add(server.serve(connection, settings) { [weak self] in self?.ended($0) })
        }
        outgoing = session
        session.start()
    }

    private func add(_ session: ServerSession) {
        sessions[ObjectIdentifier(session)] = session
        lastChange = .now
    }

    private func ended(_ session: ServerSession) {
        sessions[ObjectIdentifier(session)] = nil
        lastChange = .now
    }

    /// Stops listening or connecting and ends the sessions.
    func stop() {
        isStopped = true
        if case .listenUnix(let path) = target, listener != nil { unlink(path) }
        listener?.close(promise: nil)
        listener = nil
        outgoing?.stop()
        outgoing = nil
        for session in sessions.values { session.disconnect() }
        sessions = [:]
    }

    /// Whether anybody is connected, and what the column `status` of a Manager row says.
    var status: (isConnected: Bool, values: [String: String]) {
        let isListener = outgoing == nil
        let isConnected = isListener ? listener != nil : outgoing?.isConnected == true
        var values = ["state": isListener && isConnected || !sessions.isEmpty ? "ACTIVE" : "BACKOFF"]
        if isListener, !isConnected { values["state"] = "VOID" }
        let seconds = String(Int64(lastChange.duration(to: .now) / .seconds(1)))
        if !sessions.isEmpty {
            values["sec_since_connect"] = seconds
        } else if !isListener || accepted > 0 {
            values["sec_since_disconnect"] = seconds
        }
        if sessions.count > 1 { values["n_connections"] = String(sessions.count) }
        if let port = listener?.localAddress?.port { values["bound_port"] = String(port) }
        values["last_error"] = lastError
        let locks = sessions.values.flatMap { server.locks.names(of: $0) }
        if !locks.isEmpty { values["locks_held"] = locks.sorted().joined(separator: " ") }
        return (isConnected, values)
    }

    /// The port that it listens on, once it does.
    var port: Int? { listener?.localAddress?.port }
}
