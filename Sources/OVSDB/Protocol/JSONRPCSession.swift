import Control
import Glibc
import Logging
import NIOCore
import NIOPosix
import TLS

/// A connection to a server that is made again whenever it is lost (OVS: `jsonrpc_session`).
///
/// It belongs to the thread of one event loop, and so do those who use it and what they have it call.
public final class JSONRPCSession {
    /// The server.
    public let remote: Remote
    /// How long the peer may be silent before it is asked for a sign of life; after the same time again it is given up.
    /// Nil sends no probes.
    public var probeInterval: Duration? { didSet { scheduleProbe() } }
    /// Called when a new connection stands.
    public var onConnected: (() -> Void)?
    /// Called when a connection that stood is lost; the requests under way have failed by then.
    public var onDisconnected: (() -> Void)?
    /// Called when an attempt failed or a connection ended, with the reason.
    public var onFailed: ((String) -> Void)?
    /// Called for every request (but `echo`) and notification of the server.
    public var onMessage: ((JSONRPCMessage) -> Void)?

    let eventLoop: any EventLoop
    private let logger = Logger(label: "reconnect")
    let tls: TLSContexts?
    let limits: JSONParser.Limits
    private var reconnect: Reconnect
    private var connection: JSONRPCConnection?
    private var retry: LoopTimer?
    private var probe: LoopTimer?
    private var isProbing = false
    private var isConnecting = false
    /// Counts attempts, so that the outcome of one given up is told from the present one's.
    private(set) var attempt = 0
    private(set) var isRunning = false
    /// Waits for the server to come, if it is a passive remote and has not yet.
    var listener: (any Channel)?
    /// What to say when the connection we close has closed.
    private var ownCause: Reconnect.Cause?

    /// A session that does nothing until ``start()``.
    ///
    /// - Parameters:
    ///   - eventLoop: the caller's.
    ///   - maximumBackoff: the longest wait between two attempts.
    ///   - tls: with what a remote over TLS is spoken to.
    public init(
        remote: Remote, on eventLoop: any EventLoop, probeInterval: Duration? = nil,
        maximumBackoff: Duration = .seconds(8), limits: JSONParser.Limits = .init(), tls: TLSContexts? = nil
    ) {
        self.eventLoop = eventLoop
        self.remote = remote
        self.tls = tls
        self.probeInterval = probeInterval
        self.limits = limits
        reconnect = Reconnect(name: remote.description, maximum: maximumBackoff)
    }

    /// The connection that stands, for whoever serves over it rather than asks.
    public var standing: JSONRPCConnection? { isConnected ? connection : nil }

    /// How the session stands, as it is told of in a database (OVS: `reconnect_state_name`).
    public var stateName: String {
        if isConnected { return isProbing ? "IDLE" : "ACTIVE" }
        return isConnecting ? "CONNECTING" : retry == nil ? "VOID" : "BACKOFF"
    }
    /// When a connection was last made.
    public private(set) var lastConnected: ContinuousClock.Instant?
    /// When one that stood was last lost.
    public private(set) var lastDisconnected: ContinuousClock.Instant?
    /// Why the last connection, or attempt at one, failed; nil when nothing was wrong.
    public private(set) var lastError: String?

    /// The longest wait between two attempts to connect.
    public var maximumBackoff: Duration {
        get { reconnect.maximum }
        set { reconnect.maximum = newValue }
    }

    /// Whether a connection stands.
    public var isConnected: Bool { connection?.isOpen == true }

    /// Begins to connect.
    ///
    /// - Precondition: the caller runs on the session's event loop; traps otherwise.
    public func start() {
        eventLoop.preconditionInEventLoop()
        guard !isRunning else { return }
        isRunning = true
        connect()
    }

    /// Closes the connection and makes no other; callbacks are not called any more. To be called before the release.
    public func stop() {
        isRunning = false
        attempt += 1
        retry = nil
        probe = nil
        stopListening()
        let old = connection
        connection = nil
        old?.onClose = nil
        old?.onMessage = nil
        old?.onActivity = nil
        old?.close()
    }

    /// Drops the connection, which is made again after the back-off; `reason` nil when nothing is wrong.
    public func drop(reason: String? = nil) {
        guard isConnected else { return }
        ownCause = .dropped(reason)
        connection?.close()
    }

    /// Sends a request over the connection that stands; see ``JSONRPCConnection/request(_:_:completion:)``.
    public func request(_ method: String, _ parameters: [JSON], completion: @escaping JSONRPCConnection.Completion) {
        guard let connection else {
            completion(.failure(OVSDBError(.disconnected, "\(remote): not connected")))
            return
        }
        connection.request(method, parameters, completion: completion)
    }

    // MARK: Connecting

    private func connect() {
        guard isRunning else { return }
        retry = nil
        attempt += 1
        isConnecting = true
        ownCause = nil
        let attempt = attempt
        reconnect.attempting(isPassive: remote.isPassive)
        let future: EventLoopFuture<any Channel>
        switch remote.address {
        case .unix(let path): future = outgoing().connect(path: path)
        case .tcp(let host, let port), .tls(let host, let port): future = outgoing().connect(host: host, port: port)
        case .listening(let address): return listen(address, attempt)
        }
        future.hop(to: eventLoop).assumeIsolated().whenComplete { [weak self] result in
            guard let self, isRunning, self.attempt == attempt else {
                try? result.get().close(promise: nil)
                return
            }
            do { connected(try .attached(to: try result.get())) } catch { ended(Self.cause(of: error)) }
        }
    }

    private func outgoing() -> ClientBootstrap {
        let (name, limits, address, tls) = (remote.description, limits, remote.address, tls)
        // A host with several addresses makes several channels, the first that connects wins: one connection for each.
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(reconnect.attemptLimit))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if case .tls(let host, _) = address {
                        guard let tls else { throw TLSError(description: "Protocol not available") }
                        try tls.addClient(to: channel, host: host)
                    }
                    try JSONRPCConnection(name: name, limits: limits).attach(to: channel)
                }
            }
    }

    static func cause(of error: any Error) -> Reconnect.Cause {
        switch error {
        case let error as IOError: return .refused(error.errorText)
        case ChannelError.connectTimeout: return .timedOut
        case let error as SocketPathError: return .refused(String(cString: strerror(error.errno)))
        case let error as TLSError: return .refused(error.description)
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return cause(of: first.error) }
            return .refused((error.dnsAError ?? error.dnsAAAAError).map { "\($0)" } ?? "\(error)")
        default: return .refused("\(error)")
        }
    }

    func connected(_ connection: JSONRPCConnection) {
        self.connection = connection
        isConnecting = false
        lastConnected = .now
        reconnect.succeeded()
        connection.onActivity = { [weak self] in
            self?.reconnect.activity()
            self?.isProbing = false
        }
        connection.onMessage = { [weak self] in self?.onMessage?($0) }
        connection.onClose = { [weak self] closing in
            guard let self else { return }
            self.connection = nil
            self.probe = nil
            self.lastDisconnected = .now
            switch closing {
            case .peer: self.ended(.peer)
            case .local: self.ended(self.ownCause ?? .dropped(nil))
            case .failed(let text): self.ended(.dropped(text))
            }
            self.onDisconnected?()
        }
        isProbing = false
        scheduleProbe()
        onConnected?()
    }

    func ended(_ cause: Reconnect.Cause) {
        guard isRunning else { return }
        isConnecting = false
        lastError = cause.error
        retry = LoopTimer(on: eventLoop, after: reconnect.ended(cause)) { [weak self] in self?.connect() }
        onFailed?(cause.error ?? "End of file")
    }

    // MARK: Probing

    private func scheduleProbe() {
        probe = nil
        guard let probeInterval, connection != nil, let idle = reconnect.idle() else { return }
        let wait = isProbing ? probeInterval : max(probeInterval - idle, .milliseconds(1))
        probe = LoopTimer(on: eventLoop, after: wait) { [weak self] in self?.checkSilence() }
    }

    private func checkSilence() {
        guard let probeInterval, let connection, let idle = reconnect.idle() else { return }
        if idle >= probeInterval {
            guard !isProbing else {
                logger.error(
                    """
                    \(remote): no response to inactivity probe after \(Reconnect.seconds(probeInterval)) seconds, \
                    disconnecting
                    """)
                ownCause = .dropped("Connection timed out")
                connection.close()
                return
            }
            logger.debug("\(remote): idle \(Int64(idle / .milliseconds(1))) ms, sending inactivity probe")
            isProbing = true
            connection.sendEcho()
        }
        scheduleProbe()
    }
}
