import Control
import NIOCore

/// One connection from a controller or from `ovs-ofctl`, from its hello to its end (OVS: `struct ofconn`).
///
/// Messages are answered one after the other in the order of their arrival; while a barrier waits for the caches, the
/// ones behind it wait too. A peer that sends faster than it is served, or does not read, is not read from.
@ControlActor
final class OpenFlowConnection: OpenFlowFrameReceiver {
    /// `BRIDGE<->unix#N`.
    let name: String
    let loggers: OpenFlowLoggers
    private(set) weak var service: OpenFlowService?
    private let peerName: String
    private let channel: any Channel
    private let offered: Set<OpenFlowVersion>
    /// Came to the snoop socket: only watches, and may change nothing.
    private let isWatcher: Bool

    /// nil until versions are agreed on.
    private(set) var version: OpenFlowVersion?
    var decoder: RequestDecoder?
    var role = ControllerRole.equal
    /// Set when the version is known.
    var async = AsyncConfiguration()
    /// How packet-ins are written.
    var packetInFormat = PacketInFormat.standard
    /// Bytes of a packet that go along with a packet-in; unless it is set, nothing is sent unasked.
    var missSendLength: UInt16 = 0
    /// NXM was chosen as the format of flows in what is sent unasked.
    var prefersNicira = false

    private var queue: [OpenFlowMessage] = []
    private var queueStart = 0
    private var isWaiting = false
    private var isReading = true
    private var isOpen = true
    private var flowMods = FlowModReport()
    private var reportTimer: ControlTimer?

    /// Messages that may wait before the peer is no longer read from.
    private static let queueLimit = 256

    init(
        channel: any Channel, peerName: String, service: OpenFlowService, versions: Set<OpenFlowVersion>,
        isWatcher: Bool, loggers: OpenFlowLoggers
    ) {
        self.channel = channel
        self.peerName = peerName
        self.service = service
        self.loggers = loggers
        self.isWatcher = isWatcher
        offered = versions
        name = "\(service.bridgeName)<->\(peerName)"
    }

    /// Says hello; called once the channel is active.
    func start() {
        send([HelloCodec.encode(offered, transaction: 1)])
    }

    func close() {
        channel.close(promise: nil)
    }

    func send(_ messages: [OpenFlowMessage]) {
        guard isOpen else { return }
        for message in messages {
            channel.write(channel.allocator.buffer(bytes: message.bytes), promise: nil)
        }
        channel.flush()
    }

    // MARK: From the channel

    func received(_ message: OpenFlowMessage) {
        queue.append(message)
        run()
    }

    func receivedGarbage(length: Int) {
        loggers.complain(loggers.stream, .error, "received too-short ofp_header (\(length) bytes)")
        close()
    }

    func becameWritable() { run() }

    func closed(hasPartialMessage: Bool) {
        isOpen = false
        if hasPartialMessage { loggers.complain(loggers.stream, .error, "connection dropped mid-packet") }
        loggers.reconnect.debug("\(name): connection closed by peer")
        reportFlowMods()
        queue = []
        queueStart = 0
        service?.closed(self)
    }

    /// Serves what has arrived, as far as a barrier and the peer's reading let it.
    private func run() {
        while isOpen, !isWaiting, channel.isWritable, queueStart < queue.count {
            let message = queue[queueStart]
            queueStart += 1
            serve(message)
        }
        if queueStart == queue.count {
            queue.removeAll(keepingCapacity: queue.count < 2 * Self.queueLimit)
            queueStart = 0
        }
        let shouldRead = queue.count - queueStart < Self.queueLimit
        if isOpen, shouldRead != isReading {
            isReading = shouldRead
            channel.setOption(.autoRead, value: shouldRead).whenFailure { _ in }
        }
    }

    // MARK: Service

    private func serve(_ message: OpenFlowMessage) {
        guard let version else { return negotiate(message) }
        // Hello, error and echo (types 0 to 3) are the same in every version and may come in any.
        guard message.version == version.rawValue || message.type <= 3 else {
            loggers.complain(
                loggers.vconn, .error,
                "\(peerName): received OpenFlow version 0x\(hex(message.version)) != expected \(hex(version.rawValue))")
            return send([ErrorCodec.reply(OpenFlowError(.badVersion), to: message, version: version)])
        }
        do throws(OpenFlowError) {
            guard let decoder, let service else { return }
            let request = try decoder.decode(message)
            if isWatcher { guard case .echoRequest = request else { return } }
            try service.serve(request, message.transaction, on: self, encoder: ReplyEncoder(version: version))
        } catch {
            loggers.noteError(
                "\(name): sending \(ErrorCodec.entry(error.code).name) error reply to "
                    + "\(MessageNames.name(of: message, version: version)) message")
            send([ErrorCodec.reply(error, to: message, version: version)])
        }
    }

    private func negotiate(_ message: OpenFlowMessage) {
        guard message.type == 0 else {
            loggers.complain(
                loggers.vconn, .warning,
                "\(peerName): received message while expecting hello: type \(message.type)")
            return close()
        }
        let theirs = HelloCodec.versions(in: message)
        if let common = offered.filter({ theirs.contains($0.rawValue) }).max() {
            version = common
            decoder = RequestDecoder(version: common)
            async = .standard(common)
            let both = "we support \(ours), peer supports \(text(theirs))"
            loggers.vconn.debug("\(peerName): negotiated OpenFlow version 0x\(hex(common.rawValue)) (\(both))")
            return
        }
        loggers.complain(
            loggers.vconn, .warning,
            "\(peerName): version negotiation failed (we support \(ours), peer supports \(text(theirs)))")
        let reason = "We support \(ours), you support \(text(theirs)), no common versions."
        let answer = OpenFlowVersion(rawValue: theirs.max() ?? 1) ?? offered.max() ?? .v10
        send([
            ErrorCodec.message(
                .helloIncompatible, data: reason.utf8, transaction: message.transaction, version: answer)
        ])
        close()
    }

    /// Serves nothing more until `operation` has ended, then sends `reply`.
    func wait(for operation: @escaping @Sendable @ControlActor () async -> Void, then reply: OpenFlowMessage) {
        isWaiting = true
        Task { @ControlActor in
            await operation()
            isWaiting = false
            send([reply])
            run()
        }
    }

    // MARK: Flow-mod report

    func count(_ command: FlowMod.Command) {
        if flowMods.isEmpty {
            reportTimer = ControlTimer(after: .seconds(10)) { [weak self] in self?.reportFlowMods() }
        }
        flowMods.count(command)
    }

    private func reportFlowMods() {
        reportTimer = nil
        if let text = flowMods.take() { loggers.connectionManager.info("\(name): \(text)") }
    }

    // MARK: Texts

    private var ours: String { text(Set(offered.map(\.rawValue))) }

    /// As OVS words a set of versions.
    private func text(_ versions: Set<UInt8>) -> String {
        let sorted = versions.sorted()
        guard let first = sorted.first, let last = sorted.last else { return "no versions" }
        if sorted.count == 1 { return "version 0x\(hex(first))" }
        if sorted == Array(1...last) { return "version 0x\(hex(last)) and earlier" }
        return "versions " + sorted.map { "0x\(hex($0))" }.joined(separator: ", ")
    }

    private func hex(_ number: UInt8) -> String {
        let digits = String(number, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
