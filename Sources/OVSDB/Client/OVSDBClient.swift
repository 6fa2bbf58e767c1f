import Control
import Logging
import TLS

/// A client of one database: a copy of the tables wanted that follows the server's, and transactions (OVS: the IDL).
///
/// The connection is made again whenever it is lost. Meanwhile the copy keeps its last contents, and afterwards it is
/// compared with the server's, so that only real changes are told. A server whose schema lacks a required table, or
/// that talks nonsense, is left and tried again.
@ControlActor
public final class OVSDBClient {
    /// Whom to talk to, about what.
    public struct Settings: Sendable {
        /// The server.
        public var remote: Remote
        /// The database's name.
        public var database = "Open_vSwitch"
        /// The tables and columns to copy.
        public var tables: [MonitoredTable]
        /// The lock to be held; ``OVSDBClient/transact(_:)`` asserts it then (RFC 7047 section 4.1.8).
        public var lock: String?
        /// With what a remote over TLS is spoken to.
        public var tls: TLSContexts?
        /// The silence after which the server is probed. Nil: as OVS does, 5 s, on Unix sockets never.
        public var probeInterval: Duration?

        /// Copies `tables` from the database Open_vSwitch at `remote`.
        public init(remote: Remote, tables: [MonitoredTable]) {
            self.remote = remote
            self.tables = tables
        }
    }

    /// What is known of the lock.
    public enum LockState: Sendable {
        /// No lock is wanted, or there is no connection to ask over.
        case none
        /// The server has been asked.
        case requested
        /// Another client has it; this one is in the queue.
        case contended
        /// This client has it.
        case held
    }

    /// What was asked for.
    public let settings: Settings
    /// Called after the copy has been brought up to date, never with nothing.
    public var onUpdate: (@ControlActor ([Change]) -> Void)?
    /// Called when the copy is whole, the first time or again; before ``onUpdate`` tells what is new in it.
    public var onConnected: (@ControlActor () -> Void)?
    /// Called when a copy that was whole is no longer followed. Its contents stay.
    public var onDisconnected: (@ControlActor () -> Void)?
    /// Called when an attempt to connect failed or a connection ended, with the reason; another attempt follows.
    public var onFailed: (@ControlActor (String) -> Void)?
    /// Called when ``lockState`` has changed.
    public var onLockChanged: (@ControlActor (LockState) -> Void)?

    /// Whether the copy follows the server's contents.
    public internal(set) var isConnected = false
    /// What is known of the lock.
    public internal(set) var lockState = LockState.none {
        didSet { if lockState != oldValue { onLockChanged?(lockState) } }
    }
    /// The server's schema; stays when the connection is lost.
    public internal(set) var schema: DatabaseSchema?

    let logger = Logger(label: "ovsdb_idl")
    let session: JSONRPCSession
    var replica: Replica
    /// The columns that are both wanted and there, by table.
    var columns: [String: [String]] = [:]
    /// The transaction that the copy stands at, for `monitor_cond_since`.
    var lastTransaction = UUIDValue.zero
    /// What was last complained of, so that a server that stays wrong is complained of once.
    var complaint: [String] = []

    /// A client that does nothing until ``start()``.
    public init(_ settings: Settings) {
        self.settings = settings
        replica = Replica(settings.tables)
        let defaultInterval: Duration? = settings.remote.needsProbes ? .seconds(5) : nil
        session = JSONRPCSession(
            remote: settings.remote, on: ControlActor.shared.eventLoop,
            probeInterval: settings.probeInterval ?? defaultInterval, tls: settings.tls)
        session.onConnected = { [weak self] in self?.requestSchema() }
        session.onDisconnected = { [weak self] in self?.disconnected() }
        session.onMessage = { [weak self] in self?.handle($0) }
        session.onFailed = { [weak self] in self?.onFailed?($0) }
    }

    /// Begins to connect.
    public func start() {
        session.start()
    }

    /// Leaves the server for good. Callbacks are not called any more; transactions under way fail.
    public func stop() {
        onUpdate = nil
        onConnected = nil
        onDisconnected = nil
        onLockChanged = nil
        onFailed = nil
        isConnected = false
        lockState = .none
        session.stop()
    }

    /// Drops the connection and makes it again.
    public func reconnect() {
        session.drop()
    }

    /// The copy: rows by table and UUID.
    public var tables: [String: [UUIDValue: Row]] { replica.tables }

    /// One row of the copy.
    public func row(_ table: String, _ uuid: UUIDValue) -> Row? { replica.tables[table]?[uuid] }

    private func disconnected() {
        let wasConnected = isConnected
        isConnected = false
        lockState = .none
        if wasConnected { onDisconnected?() }
    }

    // MARK: Lock

    func requestLock() {
        guard let lock = settings.lock else { return }
        lockState = .requested
        session.request("lock", [.string(lock)]) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let reply): lockState = reply["locked"]?.boolean == true ? .held : .contended
            case .failure(let error):
                if error.code == .disconnected { return }
                logger.warning("\(settings.remote): lock \"\(lock)\" refused: \(error)")
                lockState = .contended
            }
        }
    }

    // MARK: What the server tells

    private func handle(_ message: JSONRPCMessage) {
        switch message {
        case .notification("locked", let parameters) where parameters.first?.string == settings.lock:
            lockState = .held
        case .notification("stolen", let parameters) where parameters.first?.string == settings.lock:
            lockState = .contended
        case .notification(let method, let parameters) where method.hasPrefix("update"):
            received(update: method, parameters)
        default: logger.debug("\(settings.remote): received unexpected message \(message.json.text.prefix(200))")
        }
    }
}
