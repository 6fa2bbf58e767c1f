import Control
import Glibc
import NIOCore
import NIOPosix
import TLS

/// Connects to a controller, and again whenever the connection is lost (OVS: a reliable `struct rconn`).
@ControlActor
final class ActiveController: ControllerLink {
    /// As `status:state` spells it.
    private enum State: String {
        case void = "VOID", backoff = "BACKOFF", connecting = "CONNECTING"
    }

    let target: ControllerTarget
    private(set) var configuration: ControllerConfiguration
    let name: String
    /// Get copies of what is said and heard here.
    private(set) var watchers: [OpenFlowWatcher] = []

    private weak var service: OpenFlowService?
    private let loggers: OpenFlowLoggers
    private var schedule: ReconnectSchedule
    /// The state while there is no connection with agreed versions.
    private var state = State.void
    private var connection: OpenFlowConnection?
    private var timer: ControlTimer?
    /// Counts attempts, so that the outcome of one given up is told from the present one's.
    private var attempt = 0
    private var connectedAt: ContinuousClock.Instant?
    private var disconnectedAt: ContinuousClock.Instant?
    private var lastError: String?
    /// When the controller was last believed to accept this switch, or the start.
    private var admittedAt = ControlClock.shared.now

    private var told: (key: String, when: ContinuousClock.Instant, status: ControllerStatus)?

    private static let mostWatchers = 8

    init(_ target: ControllerTarget, _ configuration: ControllerConfiguration, service: OpenFlowService) {
        self.target = target
        self.configuration = configuration
        self.service = service
        loggers = service.loggers
        name = "\(service.bridgeName)<->\(target)"
        schedule = ReconnectSchedule(maximum: .seconds(configuration.maximumBackoffSeconds))
    }

    func start() { connect() }

    func configure(_ new: ControllerConfiguration) {
        let isOtherDSCP = new.dscp != configuration.dscp
        configuration = new
        schedule.maximum = .seconds(new.maximumBackoffSeconds)
        connection?.configure(new)
        if isOtherDSCP { reconnect() }
    }

    func stop() {
        attempt += 1
        timer = nil
        state = .void
        watchers.forEach { $0.close() }
        watchers = []
        let old = connection
        connection = nil
        old?.close()
    }

    /// Drops the connection, which is made again after the back-off.
    func reconnect() {
        guard let connection, connection.version != nil else { return }
        loggers.reconnect.info("\(name): disconnecting")
        connection.close()
    }

    /// Whether messages can be sent to the controller.
    var isConnected: Bool { connection?.version != nil }

    /// The role of the connection, if it stands.
    var role: ControllerRole? { isConnected ? connection?.role : nil }

    /// For how long the controller has not been believed to accept this switch.
    func failureDuration(now: ContinuousClock.Instant) -> Duration {
        if connection?.isAdmitted(now: now) == true { return .zero }
        return now - max(admittedAt, connection?.admittedAt ?? admittedAt)
    }

    func add(_ watcher: OpenFlowWatcher) {
        guard watchers.count < Self.mostWatchers else {
            loggers.reconnect.debug("too many monitor connections, discarding \(watcher.name)")
            return watcher.close()
        }
        loggers.reconnect.info("new monitor connection from \(watcher.name)")
        watchers.append(watcher)
        watcher.ended = { [weak self] watcher in self?.watchers.removeAll { $0 === watcher } }
    }

    // MARK: Connecting

    private func connect() {
        guard let service else { return }
        attempt += 1
        state = .connecting
        if schedule.isTelling { loggers.reconnect.info("\(name): connecting...") }
        schedule.attempting(now: ControlClock.shared.now)
        let limit = schedule.attemptLimit
        timer = ControlTimer(after: limit) { [weak self] in self?.attemptTimedOut() }
        let attempt = attempt
        let isTLS: Bool
        if case .tls = target.address { isTLS = true } else { isTLS = false }
        let host = host
        let bootstrap = ClientBootstrap(group: ControlActor.shared.group)
            .connectTimeout(TimeAmount(limit))
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 16 << 10, high: 32 << 10))
            .channelInitializer { [weak service] channel in
                channel.eventLoop.makeCompletedFuture {
                    if isTLS {
                        guard let service else { throw TLSError(description: "service is gone") }
                        try ControlActor.assumeIsolated { try service.tls.addClient(to: channel, host: host) }
                    }
                    try channel.pipeline.syncOperations.addHandler(OpenFlowFrameHandler())
                }
            }
        let future =
            switch target.address {
            case .unix(let path): bootstrap.connect(path: service.absolute(path))
            case .tcp(let host, let port), .tls(let host, let port): bootstrap.connect(host: host, port: port)
            }
        future.hop(to: ControlActor.shared.eventLoop).whenComplete { [weak self] result in
            ControlActor.assumeIsolated {
                guard let self, self.attempt == attempt else {
                    try? result.get().close(promise: nil)
                    return
                }
                do {
                    try self.took(result.get())
                } catch {
                    self.failed(ConnectionEnd(error))
                }
            }
        }
    }

    private var host: String {
        switch target.address {
        case .unix: ""
        case .tcp(let host, _), .tls(let host, _): host
        }
    }

    private func took(_ channel: any Channel) throws {
        guard let service else { return channel.close(promise: nil) }
        let handler = try channel.pipeline.syncOperations.handler(type: OpenFlowFrameHandler.self)
        IPPrecedence.set(configuration.dscp, on: channel)
        let made = OpenFlowConnection(
            channel: channel, name: name, peerName: target.description, service: service, link: self)
        made.copy = { [weak self] message in
            guard let self, !self.watchers.isEmpty else { return }
            for watcher in self.watchers { watcher.show(message) }
        }
        connection = made
        handler.attach(made)
        made.start()
    }

    private func attemptTimedOut() {
        guard connection?.version == nil else { return }
        let old = connection
        connection = nil
        attempt += 1
        old?.close()
        failed(.timedOut)
    }

    /// The attempt came to nothing.
    private func failed(_ end: ConnectionEnd) {
        // A Unix socket is there or is not: OVS says so each time, at another level.
        let isAtOnce = if case .unix = target.address, connection == nil, end != .timedOut { true } else { false }
        if isAtOnce, case .failed(let text) = end {
            loggers.reconnect.warning("\(name): connection failed (\(text))")
        } else if schedule.isTelling {
            switch end {
            case .timedOut: loggers.reconnect.info("\(name): connection timed out")
            case .failed(let text): loggers.reconnect.info("\(name): connection failed (\(text))")
            // The peer went away before it had said hello.
            case .peer, .local:
                loggers.reconnect.info("\(name): connection failed (\(String(cString: strerror(ECONNRESET))))")
            }
        }
        lastError = (end == .peer ? ConnectionEnd.failed(String(cString: strerror(ECONNRESET))) : end).text
        wait(neverBegan: isAtOnce || end == .timedOut)
    }

    private func wait(neverBegan: Bool) {
        state = .backoff
        disconnectedAt = ControlClock.shared.now
        if let text = schedule.ended(neverBegan: neverBegan, now: ControlClock.shared.now) {
            loggers.reconnect.info("\(name): \(text)")
        }
        timer = ControlTimer(after: schedule.backoff) { [weak self] in self?.connect() }
        service?.controllersChanged()
    }

    // MARK: From the connection

    func negotiated(_ connection: OpenFlowConnection) {
        guard connection === self.connection else { return }
        timer = nil
        connectedAt = ControlClock.shared.now
        loggers.reconnect.info("\(name): connected")
        service?.controllersChanged()
    }

    func ended(_ connection: OpenFlowConnection, _ end: ConnectionEnd) {
        guard connection === self.connection else { return }
        self.connection = nil
        attempt += 1
        guard connection.version != nil else { return failed(end) }
        admittedAt = max(admittedAt, connection.admittedAt ?? admittedAt)
        switch end {
        case .peer: loggers.reconnect.info("\(name): connection closed by peer")
        case .failed(let text): loggers.reconnect.warning("\(name): connection dropped (\(text))")
        case .local, .timedOut: break
        }
        lastError = end.text
        wait(neverBegan: false)
    }

    // MARK: Status

    /// As it was a moment ago: times alone are no reason to write a row every second.
    var status: ControllerStatus? {
        let now = ControlClock.shared.now
        let key = "\(isConnected)\(state)\(connection?.stateName ?? "")\(role?.rawValue ?? 0)"
        if let told, told.key == key, now - told.when < .seconds(5) { return told.status }
        let status = makeStatus(now: now)
        told = (key, now, status)
        return status
    }

    private func makeStatus(now: ContinuousClock.Instant) -> ControllerStatus {
        var details = ["state": isConnected ? connection?.stateName ?? "ACTIVE" : state.rawValue]
        details["last_error"] = lastError
        details["sec_since_connect"] = connectedAt.map { "\((now - $0).components.seconds)" }
        details["sec_since_disconnect"] = disconnectedAt.map { "\((now - $0).components.seconds)" }
        if isConnected, let counters = connection?.packetInDetails { details.merge(counters) { $1 } }
        return ControllerStatus(isConnected: isConnected, role: role?.columnName, details: details)
    }
}

extension ControllerRole {
    /// As the column `role` of a Controller row spells it: the database takes no other words.
    var columnName: String? {
        switch self {
        case .equal: "other"
        case .primary: "master"
        case .secondary: "slave"
        case .noChange: nil
        }
    }
}
