import Control
import Logging
import NIOCore

/// Lets controllers connect at an address (OVS: `struct ofservice` with a `pvconn`); BRIDGE.mgmt is one.
@ControlActor
final class PassiveController: ControllerLink {
    let target: ControllerTarget
    private(set) var configuration: ControllerConfiguration

    private weak var service: OpenFlowService?
    private let loggers: OpenFlowLoggers
    private let listener: OpenFlowListener
    private var connections: [ObjectIdentifier: OpenFlowConnection] = [:]
    private var retry: ControlTimer?
    private var isRunning = false
    private let log = Logger(label: "socket_util")

    /// How long a peer may take to say hello; OVS gives it one second, which a busy machine can use up.
    private static let helloLimit = Duration.seconds(5)

    init(_ target: ControllerTarget, _ configuration: ControllerConfiguration, service: OpenFlowService) {
        self.target = target
        self.configuration = configuration
        self.service = service
        loggers = service.loggers
        var address = target.address
        if case .unix(let path) = address { address = .unix(path: service.absolute(path)) }
        listener = OpenFlowListener(address, tls: service.tls)
        listener.accepted = { [weak self] in self?.accept($0) }
    }

    var status: ControllerStatus? { nil }

    /// Where it listens, once it does.
    var localAddress: SocketAddress? { listener.localAddress }

    /// Begins to listen soon, and says in the log when that cannot be; then it is tried again from time to time.
    func start() {
        isRunning = true
        Task { @ControlActor in
            do {
                try await self.listen()
            } catch {
                guard self.isRunning else { return }
                let text = if case .failed(let text) = ConnectionEnd(error) { text } else { "\(error)" }
                self.log.error("\(self.target): bind: \(text)")
                self.retry = ControlTimer(after: .seconds(10)) { [weak self] in self?.start() }
            }
        }
    }

    /// Listens; returns when controllers can connect.
    func listen() async throws {
        isRunning = true
        try await listener.listen()
    }

    func configure(_ new: ControllerConfiguration) {
        configuration = new
        connections.values.forEach { $0.configure(new) }
    }

    func stop() {
        Task { @ControlActor in await self.close() }
    }

    /// As ``stop()``; returns when the address is free.
    func close() async {
        isRunning = false
        retry = nil
        closeConnections()
        await listener.close()
    }

    /// Ends the connections; others may be made.
    func closeConnections() { connections.values.forEach { $0.close() } }

    private func accept(_ channel: any Channel) {
        guard isRunning, let service,
            let handler = try? channel.pipeline.syncOperations.handler(type: OpenFlowFrameHandler.self)
        else { return channel.close(promise: nil) }
        let peer = peerName(of: channel, service)
        IPPrecedence.set(configuration.dscp, on: channel)
        let connection = OpenFlowConnection(
            channel: channel, name: "\(service.bridgeName)<->\(peer)", peerName: peer, service: service, link: self)
        connections[ObjectIdentifier(connection)] = connection
        connection.start()
        connection.limitNegotiation(Self.helloLimit)
        handler.attach(connection)
    }

    private func peerName(of channel: any Channel, _ service: OpenFlowService) -> String {
        let scheme: String
        switch target.address {
        case .unix: return service.nextUnixName()
        case .tcp: scheme = "tcp"
        case .tls: scheme = "ssl"
        }
        guard let remote = channel.remoteAddress, let host = remote.ipAddress, let port = remote.port else {
            return "\(scheme):?"
        }
        return host.contains(":") ? "\(scheme):[\(host)]:\(port)" : "\(scheme):\(host):\(port)"
    }

    // MARK: From the connections

    func negotiated(_ connection: OpenFlowConnection) {
        loggers.reconnect.debug("\(connection.name): connected")
    }

    func ended(_ connection: OpenFlowConnection, _ end: ConnectionEnd) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        let isNegotiated = connection.version != nil
        switch end {
        case .peer: loggers.reconnect.debug("\(connection.name): connection closed by peer")
        case .failed(let text):
            loggers.complain(
                loggers.reconnect, isNegotiated ? .warning : .info,
                "\(connection.name): connection \(isNegotiated ? "dropped" : "failed") (\(text))")
        case .timedOut where !isNegotiated:
            loggers.complain(loggers.reconnect, .info, "\(connection.name): connection timed out")
        case .timedOut, .local: break
        }
    }
}
