import Control
import Glibc
import Logging
import NIOCore
import NIOPosix

/// Serves a bridge's OpenFlow on `RUNDIR/BRIDGE.mgmt`, and watchers on `RUNDIR/BRIDGE.snoop` (OVS: `struct connmgr`).
///
/// Any number of connections at once; each has its own version, role and formats. The switch is held weakly: it owns
/// the service.
@ControlActor
public final class OpenFlowService {
    /// The versions that new connections may agree on (`Bridge.protocols`); empty: every one that is complete.
    public var allowedVersions: Set<OpenFlowVersion> = []

    let bridgeName: String
    private(set) weak var bridge: (any OpenFlowSwitch)?
    private let runDirectory: String
    let loggers = OpenFlowLoggers()
    private var listeners: [any Channel] = []
    private(set) var connections: [ObjectIdentifier: OpenFlowConnection] = [:]
    private var connectionCount = 0

    /// OFPC_FRAG_*: how fragments are treated; only "normal" (0) is supported.
    let fragmentFlags: UInt16 = 0
    /// The newest election of a primary that a role request told.
    var election: UInt64?

    /// - Parameter runDirectory: holds the sockets; OVS's `--rundir`.
    public init(switch bridge: any OpenFlowSwitch, runDirectory: String) {
        self.bridge = bridge
        bridgeName = bridge.name
        self.runDirectory = runDirectory
    }

    /// Where controllers on this machine connect.
    public var managementPath: String { "\(runDirectory)/\(bridgeName).mgmt" }
    /// Where `ovs-ofctl snoop` connects.
    public var snoopPath: String { "\(runDirectory)/\(bridgeName).snoop" }

    /// Begins to listen; socket files that are left from an earlier process are replaced.
    ///
    /// - Throws: `socket` when a path cannot be bound; nothing listens then.
    public func start() async throws(OpenFlowError) {
        do {
            try await listen(managementPath, forWatchers: false)
            try await listen(snoopPath, forWatchers: true)
        } catch {
            await stop()
            throw OpenFlowError(.socket, "\(bridgeName): cannot listen in \(runDirectory): \(error)")
        }
    }

    /// Closes every connection and removes the socket files.
    public func stop() async {
        let closing = listeners
        listeners = []
        for listener in closing {
            try? await listener.close()
        }
        if !closing.isEmpty {
            unlink(managementPath)
            unlink(snoopPath)
        }
        connections.values.forEach { $0.close() }
        connections = [:]
    }

    /// Sends OFPT_FLOW_REMOVED about rules that wanted it, to connections that want it.
    public func flowsRemoved(_ removed: [RemovedRule]) {
        guard !connections.isEmpty, let tables = bridge?.flowTables else { return }
        for removal in removed where removal.rule.sendsFlowRemoved {
            guard let reason = removal.reason.wireValue else { continue }
            for connection in connections.values where connection.wants(\.flowRemoved, reason: reason) {
                guard let version = connection.version else { continue }
                let encoder = ReplyEncoder(version: version)
                connection.send([
                    encoder.flowRemoved(
                        removal.rule, reason: reason, isNicira: version == .v10 && connection.prefersNicira,
                        now: tables.now)
                ])
            }
        }
    }

    /// Sends OFPT_PORT_STATUS to connections that want it.
    public func portChanged(_ port: OpenFlowPortDescription, _ change: PortChange) {
        for connection in connections.values where connection.wants(\.portStatus, reason: change.rawValue) {
            guard let version = connection.version else { continue }
            connection.send([ReplyEncoder(version: version).portStatus(port, change)])
        }
    }

    func closed(_ connection: OpenFlowConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    private func listen(_ path: String, forWatchers: Bool) async throws {
        let bootstrap = ServerBootstrap(group: ControlActor.shared.group)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let self else { throw OpenFlowError(.socket, "service is gone") }
                    let connection = ControlActor.assumeIsolated { self.accept(channel, isWatcher: forWatchers) }
                    try channel.pipeline.syncOperations.addHandler(OpenFlowFrameHandler(receiver: connection))
                    // The channel becomes active right after this; writes before that would fail.
                    channel.eventLoop.execute { ControlActor.assumeIsolated { connection.start() } }
                }
            }
        let socket = try SocketPath(path)
        defer { socket.close() }
        let channel = try await bootstrap.bind(
            unixDomainSocketPath: socket.usable, cleanupExistingSocketFile: true
        ).get()
        listeners.append(channel)
    }

    private func accept(_ channel: any Channel, isWatcher: Bool) -> OpenFlowConnection {
        let versions = allowedVersions.intersection(OpenFlowVersion.complete)
        let connection = OpenFlowConnection(
            channel: channel, peerName: "unix#\(connectionCount)", service: self,
            versions: versions.isEmpty ? OpenFlowVersion.complete : versions, isWatcher: isWatcher,
            loggers: loggers)
        connectionCount += 1
        connections[ObjectIdentifier(connection)] = connection
        loggers.reconnect.debug("\(connection.name): connected")
        return connection
    }
}

extension OpenFlowConnection {
    /// Whether unasked-for messages of a kind, for a reason, go to this connection.
    func wants(_ kind: KeyPath<AsyncConfiguration, AsyncConfiguration.Masks>, reason: UInt8) -> Bool {
        // Connections to the service sockets get none unless they have set a length for misses, as in OVS.
        guard version != nil, missSendLength != 0, reason < 32 else { return false }
        let masks = async[keyPath: kind]
        return (role == .secondary ? masks.secondary : masks.primary) >> UInt32(reason) & 1 != 0
    }
}
