import Control
import Logging
import NIOCore
import OVSDB

/// One client's connection to the server.
///
/// Requests are carried out one after the other, and only as fast as the client takes their replies: while it does
/// not, nothing more is read from it.
@DatabaseActor
final class ServerSession {
    /// What the remote that the client came by allows, and asks of it.
    struct Settings: Equatable {
        /// Whether it may only look.
        var isReadOnly = false
        /// After how much silence it is asked for a sign of life; nil: never.
        var probeInterval: Duration?
    }

    /// Lets go of this when it ends.
    let server: DatabaseServer
    private(set) var settings: Settings
    /// Whether it wants to hear of databases that come, go and change (`set_db_change_aware`).
    var isChangeAware = false
    var monitors: [JSON: Monitor] = [:]
    var waiting: [JSON: WaitingTransaction] = [:]
    let connected = ContinuousClock.now

    private let connection: JSONRPCConnection
    private let logger = Logger(label: "ovsdb_jsonrpc_server")
    private var inbox = CircularBuffer<JSONRPCMessage>()
    /// The messages that wait for the disk, and their bytes.
    private var unsent = (count: 0, size: 0)
    private var isWorking = false
    /// Whether the connection ends with the last message that waits.
    private var isLeaving = false
    private var probe: LoopTimer?
    private var lastActivity = ContinuousClock.now
    private var isProbing = false
    private var ended: (@DatabaseActor (ServerSession) -> Void)?

    /// So much may wait for the disk before no more requests are carried out.
    private static let unsentLimit = 1 << 20

    /// So long may a peer take nothing of what waits for it, when its silence is looked at.
    private static let readingLimit = Duration.seconds(60)

    /// Serves `connection`, which is attached to a channel; `ended` is called when it is gone.
    init(
        _ connection: JSONRPCConnection, server: DatabaseServer, _ settings: Settings,
        ended: @escaping @DatabaseActor (ServerSession) -> Void
    ) {
        self.connection = connection
        self.server = server
        self.settings = settings
        self.ended = ended
        connection.answersEcho = false
        // The connection keeps the session until it ends: to ask whether it is still there would cost more.
        connection.onMessage = { self.received($0) }
        // The remote that made the connection may want to know of its state as well.
        let (onActivity, onClose) = (connection.onActivity, connection.onClose)
        connection.onActivity = {
            onActivity?()
            self.active()
        }
        connection.onWritable = {
            self.active()
            self.work()
        }
        connection.onClose = { closing in
            self.close()
            onClose?(closing)
        }
        scheduleProbe()
    }

    /// The peer's name for log lines.
    var name: String { connection.name }

    // MARK: Messages

    /// Whether the peer has not taken what was sent, or the disk has not what it is to be told of.
    var isCongested: Bool { !connection.isWritable || unsent.size > Self.unsentLimit }

    private func received(_ message: JSONRPCMessage) {
        // One who wants to cancel does not wait behind others.
        if case .notification("cancel", let parameters) = message {
            if parameters.count == 1 { waiting[parameters[0]]?.cancel() }
            return
        }
        // Most come alone and are carried out at once.
        if inbox.isEmpty, !isWorking, ended != nil, !isCongested {
            isWorking = true
            tellMonitors()
            carryOut(message)
            isWorking = false
        } else {
            inbox.append(message)
        }
        work()
    }

    private func work() {
        guard !isWorking, ended != nil else { return }
        isWorking = true
        if !isCongested { tellMonitors() }
        while !isCongested, ended != nil, let message = inbox.popFirst() { carryOut(message) }
        connection.isReading = inbox.isEmpty && !isCongested
        isWorking = false
    }

    private func carryOut(_ message: JSONRPCMessage) {
        switch message {
        case .request(let method, let parameters, let id): handle(method, parameters, id)
        case .notification: break
        case .reply, .error:
            logger.warning("\(name): received unexpected reply message")
            disconnect()
        }
    }

    /// Sends a message whose text is put together from `head` and `rest`; when it tells of a database, not before all
    /// its transactions so far are on disk.
    func send(_ head: ByteBuffer, _ rest: [ByteBuffer] = [], after storage: DatabaseStorage?) {
        guard ended != nil else { return }
        let isAhead = storage.map { $0.settled < $0.appended } ?? false
        // What waits it may not overtake.
        guard isAhead || unsent.count > 0 else { return connection.send(text: head, rest) }
        unsent.count += 1
        unsent.size += Self.size(head, rest)
        server.outbox.add(head, rest, of: self, after: isAhead ? storage : nil)
    }

    private static func size(_ head: ByteBuffer, _ rest: [ByteBuffer]) -> Int {
        rest.reduce(head.readableBytes) { $0 + $1.readableBytes }
    }

    /// Sends a message that has waited for the disk; says whether something was held back meanwhile, so that
    /// ``goOn()`` is to follow.
    func deliver(_ head: ByteBuffer, _ rest: [ByteBuffer]) -> Bool {
        guard ended != nil else { return false }
        unsent.count -= 1
        unsent.size -= Self.size(head, rest)
        connection.send(text: head, rest)
        return isLeaving || !inbox.isEmpty || !monitors.isEmpty || !connection.isReading
    }

    /// Takes up what had to wait until messages had gone.
    func goOn() {
        if isLeaving, unsent.count == 0 { disconnect() } else { work() }
    }

    /// Writes what monitors have not told yet. They come first: the reply to a transaction must not overtake the update
    /// that tells of it.
    private func tellMonitors() {
        if !monitors.isEmpty { for monitor in monitors.values { monitor.flush() } }
    }

    func reply(_ result: JSON, to id: JSON, after storage: DatabaseStorage? = nil) {
        tellMonitors()
        var text: [UInt8] = []
        // Most replies are short.
        text.reserveCapacity(256)
        text.append(contentsOf: Self.replyHead)
        result.write(to: &text)
        Self.writeTail(id, to: &text)
        send(ByteBuffer(bytes: text), after: storage)
    }

    /// Replies with a result whose text is put together from `parts`.
    func reply(parts: [ByteBuffer], to id: JSON, after storage: DatabaseStorage? = nil) {
        tellMonitors()
        var tail: [UInt8] = []
        Self.writeTail(id, to: &tail)
        send(ByteBuffer(bytes: Self.replyHead), parts + [ByteBuffer(bytes: tail)], after: storage)
    }

    private static var replyHead: String.UTF8View { "{\"result\":".utf8 }

    private static func writeTail(_ id: JSON, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: ",\"error\":null,\"id\":".utf8)
        id.write(to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    func refuse(_ error: JSON, _ id: JSON) {
        tellMonitors()
        send(Self.text(JSONRPCMessage.error(error, id: id).json), after: nil)
    }

    func notify(_ method: String, _ parameters: [JSON]) {
        tellMonitors()
        send(Self.text(JSONRPCMessage.notification(method: method, parameters: parameters).json), after: nil)
    }

    private static func text(_ json: JSON) -> ByteBuffer {
        var bytes: [UInt8] = []
        json.write(to: &bytes)
        return ByteBuffer(bytes: bytes)
    }

    // MARK: Transactions

    func context(elapsedMilliseconds: Int64 = 0) -> ExecutionContext {
        ExecutionContext(
            mayWait: true, elapsedMilliseconds: elapsedMilliseconds, isReadOnly: settings.isReadOnly
        ) { name in self.server.locks.isOwner(self, name) }
    }

    func forget(_ transaction: WaitingTransaction) { waiting[transaction.id] = nil }

    // MARK: The end

    /// Ends the connection when everything has been sent.
    func disconnectWhenDone() {
        isLeaving = true
        if unsent.count == 0 { disconnect() }
    }

    /// Ends the connection.
    func disconnect() {
        connection.close()
        close()
    }

    private func close() {
        guard let ended else { return }
        self.ended = nil
        connection.onMessage = nil
        connection.onActivity = nil
        connection.onWritable = nil
        probe = nil
        inbox.removeAll()
        for transaction in waiting.values { transaction.remove() }
        for monitor in monitors.values { monitor.database.remove(monitor) }
        monitors = [:]
        server.locks.unlockAll(of: self)
        ended(self)
    }

    // MARK: Probes

    private func active() {
        guard settings.probeInterval != nil else { return }
        lastActivity = .now
        isProbing = false
    }

    /// Asks for signs of life after another time of silence.
    func setProbeInterval(_ interval: Duration?) {
        settings.probeInterval = interval
        active()
        probe = nil
        scheduleProbe()
    }

    private func scheduleProbe() {
        guard let interval = settings.probeInterval, interval > .zero else { return }
        let rest = interval - lastActivity.duration(to: .now)
        let wait = isProbing || rest <= .zero ? interval : rest
        probe = LoopTimer(on: DatabaseActor.shared.eventLoop, after: wait) { [weak self] in
            self?.checkSilence(interval)
        }
    }

    private func checkSilence(_ interval: Duration) {
        guard ended != nil else { return }
        // Behind much that it has not read yet a peer finds a probe late.
        let limit = connection.isWritable ? interval : max(interval, Self.readingLimit)
        if lastActivity.duration(to: .now) >= limit {
            guard !isProbing else {
                logger.error("\(name): no response to inactivity probe, disconnecting")
                return disconnect()
            }
            isProbing = true
            connection.sendEcho()
        }
        scheduleProbe()
    }
}
