import Control
import Glibc
import Logging
import NIOCore
import NIOPosix
import OVSDB
import TLS

/// One remote in service: a socket that listens, or a connection that is kept up.
@DatabaseActor
final class ServedRemote {
    let target: RemoteTarget
    private(set) var settings: RemoteSettings
    /// See ``RemoteSet/onSocketFile``.
    var onSocketFile: (@DatabaseActor (_ path: String, _ isThere: Bool) -> Void)?
    private unowned let server: DatabaseServer
    private let tls: TLSContexts
    private let name: String
    private let logger = Logger(label: "ovsdb_jsonrpc_server")
    private var listener: (any Channel)?
    private var outgoing: JSONRPCSession?
    private var sessions: [ObjectIdentifier: ServerSession] = [:]
    private var accepted = 0
    /// The file of the socket, as long as it is ours to remove.
    private var file: String?
    private var isStopped = false
    private var limit = RateLimit(perMinute: 1, burst: 5)

    init(
        _ target: RemoteTarget, named name: String, _ settings: RemoteSettings, server: DatabaseServer, tls: TLSContexts
    ) {
        self.target = target
        self.tls = tls
        self.name = name
        self.settings = settings
        self.server = server
    }

    private var sessionSettings: ServerSession.Settings {
        ServerSession.Settings(
            isReadOnly: settings.isReadOnly, probeInterval: probeInterval)
    }

    /// After how much silence peers are asked for a sign of life; nil: never.
    private var probeInterval: Duration? {
        let interval = settings.probeInterval ?? (target.needsProbes ? .seconds(5) : .zero)
        return interval > .zero ? interval : nil
    }

    /// Goes on with other settings; false when that takes new connections.
    func configure(_ new: RemoteSettings) -> Bool {
        guard new.isReadOnly == settings.isReadOnly, new.dscp == settings.dscp else { return false }
        settings = new
        outgoing?.maximumBackoff = new.maximumBackoff
        outgoing?.probeInterval = probeInterval
        if outgoing == nil { for session in sessions.values { session.setProbeInterval(probeInterval) } }
        return true
    }

    /// Begins to serve; returns when the socket listens.
    ///
    /// - Throws: errno of what failed.
    func start() async throws(StorageError) {
        do {
            switch target {
            case .listen(let address):
                let future = try address.bind(with: bootstrap(address.kind))
                if case .unix(let path) = address {
                    file = path
                    onSocketFile?(path, true)
                }
                try await keep(try await future.get())
                // Nobody else knows which one the kernel has chosen.
                guard address.isChosenByKernel, let port else { break }
                Logger(label: "socket_util").info("\(name): listening on port \(port)")
            case .connect(let remote): connect(remote)
            case .column: break
            }
        } catch {
            removeFile()
            let cause = (error as? SocketPathError)?.errno ?? (error as? IOError)?.errnoCode
            throw StorageError("\(name): listen failed", errno: cause)
        }
    }

    private func keep(_ channel: any Channel) async throws {
        if isStopped { return try await channel.close() }
        listener = channel
    }

    private func bootstrap(_ kind: String) -> ServerBootstrap {
        ServerBootstrap(group: DatabaseActor.shared.group)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try DatabaseActor.assumeIsolated { try self?.accept(channel, kind) }
                }
            }
    }

    private var isTLS: Bool { if case .listen(.tls) = target { true } else { false } }

    private func accept(_ channel: any Channel, _ kind: String) throws {
        guard !isStopped else { throw ChannelError.alreadyClosed }
        guard channel.leavesDescriptors else {
            if limit.admit() != nil { logger.warning("\(name): refusing a connection: \(StorageError.text(EMFILE))") }
            throw ChannelError.operationUnsupported
        }
        if isTLS { try tls.addServer(to: channel) }
        IPPrecedence.set(settings.dscp, on: channel)
        accepted += 1
        let peer = channel.remoteAddress.flatMap { address in
            address.port.map { "\(address.ipAddress ?? ""):\($0)" }
        }
        let connection = JSONRPCConnection(
            name: "\(kind):" + (peer ?? "\(accepted)"), workspace: server.workspace)
        try connection.attach(to: channel)
        add(server.serve(connection, sessionSettings) { [weak self] in self?.ended($0) })
    }

    private func connect(_ remote: Remote) {
        let session = JSONRPCSession(
            remote: remote, on: DatabaseActor.shared.eventLoop, probeInterval: probeInterval,
            maximumBackoff: settings.maximumBackoff, tls: tls)
        session.onConnected = { [weak self] in
            guard let self, let connection = outgoing?.standing else { return }
            var settings = sessionSettings
            // The session that made the connection sends them.
            settings.probeInterval = nil
            if let channel = connection.channel { IPPrecedence.set(self.settings.dscp, on: channel) }
            add(server.serve(connection, settings) { [weak self] in self?.ended($0) })
        }
        outgoing = session
        session.start()
    }

    private func add(_ session: ServerSession) {
        sessions[ObjectIdentifier(session)] = session
    }

    private func ended(_ session: ServerSession) {
        sessions[ObjectIdentifier(session)] = nil
    }

    private func removeFile() {
        guard let path = file else { return }
        file = nil
        unlink(path)
        onSocketFile?(path, false)
    }

    /// Stops listening or connecting and ends the sessions.
    func stop() {
        isStopped = true
        removeFile()
        listener?.close(promise: nil)
        listener = nil
        outgoing?.stop()
        outgoing = nil
        for session in sessions.values { session.disconnect() }
        sessions = [:]
    }

    /// Whether anybody is connected, and what the column `status` of a Manager row says, as ovsdb-server has it.
    var status: (isConnected: Bool, values: [String: String]) {
        var values: [String: String] = [:]
        guard let outgoing else {
            // A remote that only listens has no one time at which it was connected.
            values["sec_since_connect"] = "0"
            values["sec_since_disconnect"] = "0"
            if sessions.count > 1 { values["n_connections"] = String(sessions.count) }
            if let port { values["bound_port"] = String(port) }
            return (!sessions.isEmpty, values)
        }
        func seconds(_ since: ContinuousClock.Instant?) -> String? {
            since.map { String(Int64($0.duration(to: .now) / .seconds(1))) }
        }
        values["state"] = outgoing.stateName
        values["sec_since_connect"] = seconds(outgoing.lastConnected)
        values["sec_since_disconnect"] = seconds(outgoing.lastDisconnected)
        values["last_error"] = outgoing.lastError
        for session in sessions.values {
            let (held, waiting) = server.locks.names(of: session)
            if !held.isEmpty { values["locks_held"] = held.joined(separator: " ") }
            if !waiting.isEmpty { values["locks_waiting"] = waiting.joined(separator: " ") }
        }
        return (outgoing.isConnected, values)
    }

    /// Drops all connections; those made from here are made again (`ovsdb-server/reconnect`).
    func reconnect() {
        outgoing?.drop()
        for session in sessions.values { session.disconnect() }
    }

    /// The port that it listens on, once it does.
    var port: Int? { listener?.localAddress?.port }
}

extension ListeningAddress {
    /// What the names of connections begin with.
    fileprivate var kind: String {
        switch self {
        case .unix: "unix"
        case .tcp: "tcp"
        case .tls: "ssl"
        }
    }

    /// Whether the kernel is left to choose a port.
    fileprivate var isChosenByKernel: Bool {
        switch self {
        case .unix: false
        case .tcp(_, let port), .tls(_, let port): port == 0
        }
    }
}
