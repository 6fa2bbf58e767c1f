import Control
import Glibc
import Logging
import NIOCore
import TLS

/// Serves a bridge's OpenFlow on `RUNDIR/BRIDGE.mgmt`, to watchers on `RUNDIR/BRIDGE.snoop` and to its controllers
/// (OVS: `struct connmgr`).
///
/// Any number of connections at once; each has its own version, role and formats. The switch is held weakly: it owns
/// the service.
@ControlActor
public final class OpenFlowService {
    /// The versions that connections may agree on (`Bridge.protocols`); empty: every one that is complete.
    public var allowedVersions: Set<OpenFlowVersion> = [] {
        didSet { if allowedVersions != oldValue { versionsChanged() } }
    }
    /// `other_config:controller-queue-size`: packet-ins that may wait for a reader on BRIDGE.mgmt.
    public var managementQueueSize = 100 { didSet { management.configure(managementConfiguration) } }
    /// `other_config:bundle-idle-timeout`: how long a bundle stays that nobody speaks of.
    public var bundlePatience = Duration.seconds(10) {
        didSet { for connection in connections.values { connection.bundles.patience = bundlePatience } }
    }
    /// Whether the bridge forwards by itself while it has no controller (`fail_mode`).
    public var isStandalone = true { didSet { updateFailOpen() } }
    /// Whether it does so now.
    public var isFailingOpen: Bool { failOpen?.isActive == true }

    /// The bridge's fields for options of tunnels.
    var tunnelOptions: TunnelOptions? { bridge?.flowTables.tunnelOptions }

    let bridgeName: String
    private(set) weak var bridge: (any OpenFlowSwitch)?
    let tls: TLSContexts
    let loggers = OpenFlowLoggers()
    private let runDirectory: String
    private lazy var management = PassiveController(
        Self.unixTarget(managementPath), managementConfiguration, service: self)
    private lazy var snoop = OpenFlowListener(.unix(path: snoopPath), tls: tls)
    /// By target.
    private(set) var controllers: [String: any ControllerLink] = [:]
    private(set) var connections: [ObjectIdentifier: OpenFlowConnection] = [:]
    private var unixCount = 0
    private var failOpen: FailOpen?
    private var isStarted = false

    /// What peers leave unread, all together.
    let unread = ByteBudget(limit: 256 << 20)
    /// What bundles that are not committed hold, all together.
    let bundled = ByteBudget(limit: 256 << 20)

    /// Who asked for the change of a port that is being made.
    var portModSource: OpenFlowConnection?
    /// The newest election of a primary that a role request told.
    public var election: UInt64?

    /// - Parameters:
    ///   - runDirectory: holds the sockets; OVS's `--rundir`.
    ///   - tls: for controllers that are reached with `ssl:` or `pssl:`.
    public init(switch bridge: any OpenFlowSwitch, runDirectory: String, tls: TLSContexts = TLSContexts()) {
        self.bridge = bridge
        bridgeName = bridge.name
        self.runDirectory = runDirectory
        self.tls = tls
    }

    /// Where controllers on this machine connect.
    public var managementPath: String { "\(runDirectory)/\(bridgeName).mgmt" }
    /// Where `ovs-ofctl snoop` connects.
    public var snoopPath: String { "\(runDirectory)/\(bridgeName).snoop" }

    /// Begins to listen; socket files that are left from an earlier process are replaced.
    ///
    /// - Throws: `socket` when a path cannot be bound; nothing listens then.
    public func start() async throws(OpenFlowError) {
        snoop.accepted = { [weak self] in self?.acceptWatcher($0) }
        do {
            try await management.listen()
            try await snoop.listen()
        } catch {
            await stop()
            throw OpenFlowError(.socket, "\(bridgeName): cannot listen in \(runDirectory): \(error)")
        }
        isStarted = true
    }

    /// Closes every connection and removes the socket files.
    public func stop() async {
        isStarted = false
        failOpen?.cancel()
        failOpen = nil
        await management.close()
        await snoop.close()
        controllers.values.forEach { $0.stop() }
        controllers = [:]
        connections.values.forEach { $0.close() }
        connections = [:]
    }

    // MARK: Controllers

    /// Makes the set of controllers the one given, by target; those that stay keep their connections.
    public func setControllers(_ wanted: [ControllerConfiguration]) {
        var remaining = controllers
        for configuration in wanted {
            if let link = remaining.removeValue(forKey: configuration.target) {
                link.configure(configuration)
            } else if controllers[configuration.target] == nil {
                add(configuration)
            }
        }
        for (target, link) in remaining.sorted(by: { $0.key < $1.key }) {
            loggers.connectionManager.info("\(bridgeName): removed \(kindName(link)) controller \"\(target)\"")
            controllers[target] = nil
            link.stop()
        }
        updateFailOpen()
    }

    /// How the controllers stand, by target; only those that are connected to.
    public var controllerStatus: [String: ControllerStatus] { controllers.compactMapValues(\.status) }

    /// Called when a controller was connected to, or lost.
    public var onControllersChanged: (@ControlActor () -> Void)?

    /// Drops every connection; those with controllers are made again (`bridge/reconnect`).
    public func reconnect() {
        connections.values.forEach { $0.close() }
    }

    private func add(_ configuration: ControllerConfiguration) {
        guard let target = ControllerTarget(configuration.target) else {
            return loggers.complain(
                loggers.connectionManager, .warning,
                "\(bridgeName): unsupported controller \"\(configuration.target)\"")
        }
        let link: any ControllerLink =
            target.isPassive
            ? PassiveController(target, configuration, service: self)
            : ActiveController(target, configuration, service: self)
        controllers[configuration.target] = link
        link.start()
        loggers.connectionManager.info(
            "\(bridgeName): added \(kindName(link)) controller \"\(configuration.target)\"")
    }

    private func kindName(_ link: any ControllerLink) -> String {
        link.configuration.kind == .primary ? "primary" : "service"
    }

    private func versionsChanged() {
        guard isStarted else { return }
        for (target, link) in controllers.sorted(by: { $0.key < $1.key }) {
            loggers.connectionManager.info(
                "\(bridgeName): Changes to controller \"\(target)\" expects re-initialization: Re-initializing now.")
            controllers[target] = nil
            let configuration = link.configuration
            if let passive = link as? PassiveController {
                passive.closeConnections()
                controllers[target] = link
            } else {
                link.stop()
                add(configuration)
            }
        }
        management.closeConnections()
    }

    func controllersChanged() { onControllersChanged?() }

    private func updateFailOpen() {
        let hasPrimaries = controllers.values.contains { $0.configuration.kind == .primary }
        guard hasPrimaries, isStandalone else {
            failOpen?.stop()
            failOpen = nil
            return
        }
        guard failOpen == nil else { return }
        failOpen = FailOpen(
            controllers: { [weak self] in
                self?.controllers.values.filter { $0.configuration.kind == .primary } ?? []
            },
            change: { [weak self] isActive in self?.bridge?.failOpenChanged(isActive) })
    }

    /// A controller may have shown that it accepts this switch.
    func noteAdmission() {
        if isFailingOpen { failOpen?.check() }
    }

    // MARK: Connections

    /// The versions that a new connection offers.
    var offeredVersions: Set<OpenFlowVersion> {
        let versions = allowedVersions.intersection(OpenFlowVersion.complete)
        return versions.isEmpty ? OpenFlowVersion.complete : versions
    }

    /// Called when a connection has come or gone.
    public var onConnectionsChanged: (@ControlActor () -> Void)?

    func negotiated(_ connection: OpenFlowConnection) {
        connections[ObjectIdentifier(connection)] = connection
        onConnectionsChanged?()
    }

    func closed(_ connection: OpenFlowConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        followRules()
        onConnectionsChanged?()
    }

    /// Gives up the peers that have left most unread when all together leave too much.
    func limitUnread() {
        while unread.isExceeded,
            let worst = connections.values.max(by: { $0.unread < $1.unread }), worst.unread > 0
        { worst.giveUpReader() }
    }

    /// A path that may be relative to the run directory.
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(runDirectory)/\(path)" }

    /// A name for a peer over a Unix socket, which has none of its own.
    func nextUnixName() -> String {
        defer { unixCount += 1 }
        return "unix#\(unixCount)"
    }

    private static func unixTarget(_ path: String) -> ControllerTarget { ControllerTarget(unixListener: path) }

    private var managementConfiguration: ControllerConfiguration {
        var result = ControllerConfiguration(target: "punix:\(managementPath)", kind: .service)
        result.probeIntervalSeconds = 60
        result.queueSize = managementQueueSize
        return result
    }

    // MARK: Watchers

    /// Lets a watcher see what passes between the switch and the controller that matters most.
    private func acceptWatcher(_ channel: any Channel) {
        let candidates = controllers.values.compactMap { $0 as? ActiveController }
        guard let best = candidates.max(by: { interest($0) < interest($1) }),
            let handler = try? channel.pipeline.syncOperations.handler(type: OpenFlowFrameHandler.self)
        else {
            loggers.complain(loggers.connectionManager, .info, "no controller connection to snoop")
            return channel.close(promise: nil)
        }
        let watcher = OpenFlowWatcher(channel: channel, name: nextUnixName())
        best.add(watcher)
        watcher.start(offeredVersions)
        handler.attach(watcher)
    }

    private func interest(_ controller: ActiveController) -> Int {
        switch controller.role {
        case .primary: 3
        case .equal: 2
        case .secondary: 1
        case .noChange, nil: 0
        }
    }
}
