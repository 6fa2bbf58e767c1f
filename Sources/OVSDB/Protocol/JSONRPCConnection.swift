import Logging
import NIOCore

/// One socket that speaks JSON-RPC: frames messages, matches replies with requests and answers `echo`.
///
/// Serves either side of the protocol. Put into a channel with ``attach(to:)``; lives until the channel closes, which
/// it does by itself when the peer sends what is no JSON-RPC.
///
/// It belongs to the thread of its channel's event loop, and so do those who use it and what they have it call.
public final class JSONRPCConnection {
    /// Why a connection ended.
    public enum Closing: Hashable, Sendable {
        /// The peer closed it.
        case peer
        /// ``close()`` was called.
        case local
        /// It failed: errno's text, or "Protocol error".
        case failed(String)
    }

    /// What comes back for a request: its result, or the error sent, or that the connection is gone.
    public typealias Completion = (Result<JSON, OVSDBError>) -> Void

    /// The peer's name for log lines.
    public let name: String
    /// Called for every request (but `echo`, unless ``answersEcho`` is false) and notification of the peer, and for
    /// replies to what was never asked.
    public var onMessage: ((JSONRPCMessage) -> Void)?
    /// Whether `echo` is answered at once. Who holds requests back while the peer does not read holds these back too.
    public var answersEcho = true
    /// Called when a peer that did not read fast enough has caught up; see ``isWritable``.
    public var onWritable: (() -> Void)?
    /// Called whenever bytes came.
    public var onActivity: (() -> Void)?
    /// Called once, after the requests under way have failed.
    public var onClose: ((Closing) -> Void)?

    private let logger = Logger(label: "jsonrpc")
    /// What it was attached to, until that closes.
    public var channel: (any Channel)? { context?.channel }
    /// Its place in the channel.
    private var context: ChannelHandlerContext?
    private var parser: JSONParser
    private let workspace: JSONWorkspace
    private var requests: [Int64: Completion] = [:]
    private var nextID: Int64 = 0
    private var closing: Closing?

    /// A connection not yet in a channel. Those of one event loop may share a workspace.
    public init(name: String, limits: JSONParser.Limits = .init(), workspace: JSONWorkspace = .init()) {
        self.name = name
        self.workspace = workspace
        parser = JSONParser(limits: limits)
    }

    /// Becomes the last handler of `channel`.
    ///
    /// - Precondition: the caller runs on the channel's event loop; traps otherwise.
    public func attach(to channel: any Channel) throws {
        channel.eventLoop.preconditionInEventLoop()
        try channel.pipeline.syncOperations.addHandler(JSONRPCHandler(self))
    }

    /// The connection that is the handler of `channel`; on the channel's event loop only.
    static func attached(to channel: any Channel) throws -> JSONRPCConnection {
        try channel.pipeline.syncOperations.handler(type: JSONRPCHandler.self).connection
    }

    /// Whether messages can be sent.
    public var isOpen: Bool {
        guard closing == nil else { return false }
        // Whoever waited for the connection may hear of it before its handlers.
        if !isActive { isActive = channel?.isActive == true }
        return isActive
    }
    private var isActive = false

    /// Sends a message; dropped when the connection is closed.
    public func send(_ message: JSONRPCMessage) {
        var bytes: [UInt8] = []
        message.json.write(to: &bytes)
        send(text: ByteBuffer(bytes: bytes))
    }

    /// Whether the peer reads as fast as we write. Messages can be sent either way; what it has not read is kept.
    public private(set) var isWritable = false

    /// Sends a message whose text is put together from `head` and `rest`.
    public func send(text head: ByteBuffer, _ rest: [ByteBuffer] = []) {
        guard isOpen, let context else { return }
        guard let last = rest.last else { return context.writeAndFlush(NIOAny(head), promise: nil) }
        context.write(NIOAny(head), promise: nil)
        for part in rest.dropLast() { context.write(NIOAny(part), promise: nil) }
        context.writeAndFlush(NIOAny(last), promise: nil)
    }

    /// Whether what the peer sends is read, or left to the kernel, which makes the peer wait.
    public var isReading = true {
        didSet {
            guard isReading != oldValue, let channel else { return }
            channel.setOption(.autoRead, value: isReading).whenFailure { [logger, name] error in
                logger.debug("\(name): \(error)")
            }
        }
    }

    /// Sends a request and hands its outcome to `completion`, which is called exactly once, perhaps at once.
    public func request(_ method: String, _ parameters: [JSON], completion: @escaping Completion) {
        guard isOpen else {
            completion(.failure(OVSDBError(.disconnected, "\(name): not connected")))
            return
        }
        let id = nextID
        nextID += 1
        requests[id] = completion
        send(.request(method: method, parameters: parameters, id: .integer(id)))
    }

    /// The name of requests whose replies count only as signs of life.
    private static let echo: JSON = "echo"

    /// Sends a request whose reply counts only as a sign of life.
    public func sendEcho() {
        send(.request(method: "echo", parameters: [], id: Self.echo))
    }

    /// Closes the socket; ``onClose`` follows.
    public func close() {
        close(.local)
    }

    private func close(_ reason: Closing) {
        guard closing == nil else { return }
        closing = reason
        channel?.close(promise: nil)
    }

    // MARK: From the channel

    // The channel is not asked about itself with every message: it says when it changes.

    fileprivate func attached(_ context: ChannelHandlerContext) {
        self.context = context
        isWritable = context.channel.isWritable
    }

    fileprivate func detached() {
        context = nil
        isActive = false
        isWritable = false
    }

    fileprivate func writabilityChanged() {
        isWritable = channel?.isWritable == true
        if isWritable { onWritable?() }
    }

    fileprivate func received(_ buffer: ByteBuffer) {
        guard closing == nil else { return }
        onActivity?()
        var values: [JSON] = []
        swap(&values, &workspace.values)
        defer {
            values.removeAll(keepingCapacity: values.count <= 16)
            swap(&values, &workspace.values)
        }
        var failure: OVSDBError?
        buffer.withUnsafeReadableBytes { bytes in
            do throws(OVSDBError) { try parser.feed(bytes, into: &values, using: workspace) } catch { failure = error }
        }
        for value in values where closing == nil {
            do throws(OVSDBError) {
                handle(try JSONRPCMessage(json: value))
            } catch {
                logger.warning("\(name): received bad JSON-RPC message: \(error)")
                close(.failed("Protocol error"))
            }
        }
        if let failure, closing == nil {
            logger.warning("\(name): error parsing stream: \(failure)")
            close(.failed("Protocol error"))
        }
    }

    private func handle(_ message: JSONRPCMessage) {
        switch message {
        case .request("echo", let parameters, let id) where answersEcho: send(.reply(result: .array(parameters), id: id))
        case .request, .notification: onMessage?(message)
        case .reply(_, Self.echo): break
        case .reply(let result, let id): if !finish(id, .success(result)) { onMessage?(message) }
        case .error(let error, let id):
            let name = error["error"]?.string ?? error.string ?? "error"
            let details = error["details"]?.string.map { "\(name): \($0)" } ?? error.string ?? error.text
            if !finish(id, .failure(OVSDBError(.refused(error: name), details))) { onMessage?(message) }
        }
    }

    /// Says whether there was such a request.
    private func finish(_ id: JSON, _ result: Result<JSON, OVSDBError>) -> Bool {
        guard let number = id.integer, let completion = requests.removeValue(forKey: number) else { return false }
        completion(result)
        return true
    }

    fileprivate func failed(_ error: any Error) {
        guard closing == nil else { return }
        let text = (error as? IOError)?.errorText ?? "\(error)"
        logger.warning("\(name): receive error: \(text)")
        close(.failed(text))
    }

    fileprivate func ended() {
        let reason = closing ?? .peer
        closing = reason
        detached()
        let pending = requests
        requests = [:]
        for (_, completion) in pending.sorted(by: { $0.key < $1.key }) {
            completion(.failure(OVSDBError(.disconnected, "\(name): connection lost before the reply")))
        }
        onClose?(reason)
        onClose = nil
        onMessage = nil
        onActivity = nil
        onWritable = nil
    }
}

/// The connection's end of the channel's pipeline.
private final class JSONRPCHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    let connection: JSONRPCConnection

    init(_ connection: JSONRPCConnection) {
        self.connection = connection
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connection.attached(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connection.detached()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.received(unwrapInboundIn(data))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.writabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.failed(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.ended()
    }
}
