import Control
import Glibc
import NIOCore

/// One connection with a controller or with `ovs-ofctl`, from its hello to its end (OVS: `struct ofconn`).
///
/// Messages are answered one after the other in the order of their arrival; while a barrier waits for the caches, the
/// ones behind it wait too. A peer that sends faster than it is served, or does not read, is not read from.
@ControlActor
final class OpenFlowConnection: OpenFlowFrameReceiver {
    /// `BRIDGE<->unix#N`.
    let name: String
    let loggers: OpenFlowLoggers
    private(set) weak var service: OpenFlowService?
    let kind: ControllerConfiguration.Kind
    private(set) var settings: ControllerConfiguration
    /// Called with each message that comes or goes.
    var copy: (@ControlActor (OpenFlowMessage) -> Void)?

    private let link: any ControllerLink
    private let channel: any Channel
    private let outbox: Outbox
    private let peerName: String
    private let offered: Set<OpenFlowVersion>

    /// nil until versions are agreed on.
    private(set) var version: OpenFlowVersion?
    var decoder: RequestDecoder?
    var role = ControllerRole.equal
    /// What the peer wants unasked; set when the version is known.
    var async = AsyncConfiguration()
    /// How packet-ins are written.
    var packetInFormat = PacketInFormat.standard
    /// Bytes of a packet that go along with a packet-in; service connections get nothing unasked while it is zero.
    var missSendLength: UInt16
    /// Packet-ins for controllers of this number come here (NXT_SET_CONTROLLER_ID).
    var controllerID: UInt16 = 0
    let bundles: BundleStore
    let monitors = FlowMonitorSet()
    /// NXM was chosen as the format of flows in what is sent unasked.
    var prefersNicira = false
    /// When a message last showed that the peer accepts this switch.
    private(set) var admittedAt: ContinuousClock.Instant?

    private var queue = RequestQueue()
    private var isWaiting = false
    private var isReading = true
    private var isOpen = true
    private var isServing = false
    private var ending: ConnectionEnd?
    private var connectedAt = ControlClock.shared.now
    private var flowMods = FlowModReport()
    private var reportTimer: ControlTimer?
    private var negotiationLimit: ControlTimer?
    private var probe: InactivityProbe?
    private var assembler = RequestAssembler()
    private var partTimer: ControlTimer?
    private lazy var packetIns = PacketInSender(name: name, loggers: loggers, settings: settings) {
        [weak self] message, promise in self?.write(message, promise)
    }
    private var monitorBytes = 0
    private var slices: (next: @ControlActor () -> [OpenFlowMessage]?, room: Int)?

    /// Bytes of updates that a flow monitor may leave unread before they pause.
    private static let monitorLimit = 128 << 10

    init(
        channel: any Channel, name: String, peerName: String, service: OpenFlowService, link: any ControllerLink
    ) {
        self.channel = channel
        self.name = name
        self.peerName = peerName
        self.service = service
        self.link = link
        loggers = service.loggers
        settings = link.configuration
        kind = settings.kind
        offered = service.offeredVersions
        outbox = Outbox(channel: channel, budget: service.unread)
        bundles = BundleStore(budget: service.bundled)
        missSendLength = kind == .primary ? 128 : 0
    }

    /// Says hello; called once the channel is active.
    func start() {
        probe = InactivityProbe(
            ask: { [weak self] silence in
                guard let self, let version = self.version else { return }
                self.loggers.reconnect.debug(
                    "\(self.name): idle \(silence.components.seconds) seconds, sending inactivity probe")
                self.send([ReplyEncoder(version: version).message(.echoRequest, 0)])
            },
            giveUp: { [weak self] silence in
                guard let self else { return }
                self.loggers.reconnect.error(
                    "\(self.name): no response to inactivity probe after \(silence.components.seconds) seconds, disconnecting")
                self.close(.timedOut)
            })
        bundles.patience = service?.bundlePatience ?? bundles.patience
        bundles.timedOut = { [weak self] in self?.send(error: OpenFlowError(.bundleTimeout), to: $0) }
        configure(settings)
        send([HelloCodec.encode(offered, transaction: 1)])
    }

    /// Gives the peer up if it has not agreed on a version by then.
    func limitNegotiation(_ limit: Duration) {
        negotiationLimit = ControlTimer(after: limit) { [weak self] in
            if self?.version == nil { self?.close(.timedOut) }
        }
    }

    func configure(_ new: ControllerConfiguration) {
        settings = new
        packetIns.configure(new)
        let isWatched = new.probeIntervalSeconds > 0 && (link.target.needsProbes || link.target.isPassive)
        probe?.interval = isWatched ? .seconds(max(new.probeIntervalSeconds, 5)) : nil
    }

    func close(_ end: ConnectionEnd = .local) {
        if ending == nil { ending = end }
        channel.close(promise: nil)
    }

    func send(_ messages: [OpenFlowMessage]) {
        sendTogether { for message in messages { write(message) } }
    }

    /// Gathers what `body` sends, which takes fewer calls of the kernel.
    func sendTogether(_ body: () -> Void) {
        let wasCorked = outbox.isCorked
        outbox.isCorked = true
        body()
        outbox.isCorked = wasCorked
    }

    private func write(_ message: OpenFlowMessage, _ promise: EventLoopPromise<Void>? = nil) {
        if isOpen { copy?(message) }
        outbox.send(message, promise)
        if outbox.unread > 0 { service?.limitUnread() }
    }

    /// Bytes that wait for the peer to read.
    var unread: Int { outbox.unread }

    /// Ends the connection of a peer for which too much waits.
    func giveUpReader() {
        loggers.noteGivenUp("\(name): dropping connection: \(unread) bytes wait to be read")
        close(.failed(String(cString: strerror(ENOBUFS))))
        outbox.close()
    }

    /// Sends an error about a message of the peer's, and says so in the log.
    func send(error: OpenFlowError, to message: OpenFlowMessage) {
        guard let version else { return }
        loggers.noteError(
            "\(name): sending \(ErrorCodec.entry(error.code).name) error reply to "
                + "\(MessageNames.name(of: message, version: version)) message")
        send([ErrorCodec.reply(error, to: message, version: version)])
    }

    /// As `status:state` spells it.
    var stateName: String { probe?.isProbing == true ? "IDLE" : "ACTIVE" }

    /// Whether the peer is believed to accept this switch: it has said more than what every peer says, or has stayed.
    func isAdmitted(now: ContinuousClock.Instant) -> Bool {
        version != nil && (admittedAt != nil || now - connectedAt >= .seconds(30))
    }

    private func showAdmission() {
        admittedAt = ControlClock.shared.now
        if kind == .primary { service?.noteAdmission() }
    }

    /// What a Controller row's `status` tells of packet-ins.
    var packetInDetails: [String: String] { packetIns.details }

    // MARK: Sending unasked

    /// Sends a packet-in as this connection wants them, unless too many are on their way.
    func send(_ packet: PacketIn) {
        guard let version else { return }
        let isMiss = [.noMatch, .explicitMiss, .implicitMiss].contains(packet.reason)
        let message = ReplyEncoder(version: version).packetIn(packet, format: packetInFormat)
        packetIns.send(message, port: packet.metadata.inPort, isMiss: isMiss)
    }

    /// Sends what flow monitors are told, and pauses them when the peer does not read.
    func send(updates: [FlowUpdate]) {
        guard let version, !updates.isEmpty else { return }
        let encoder = ReplyEncoder(version: version)
        sendToMonitor(encoder.flowMonitor(updates, 0))
        if monitorBytes > Self.monitorLimit, monitors.pause() { send([encoder.flowMonitorPaused()]) }
    }

    private func sendToMonitor(_ messages: [OpenFlowMessage]) {
        guard let last = messages.last else { return }
        // During a pause it is known already that the peer does not read.
        guard !monitors.isPaused else { return send(messages) }
        sendTogether { for message in messages.dropLast() { write(message) } }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let size = messages.reduce(0) { $0 + $1.bytes.count }
        monitorBytes += size
        promise.futureResult.whenComplete { [weak self] _ in
            ControlActor.assumeIsolated { self?.monitorRead(size) }
        }
        write(last, promise)
        // Not even for the end of the requests that have come: what is not sent would look unread.
        outbox.push()
    }

    private func monitorRead(_ size: Int) {
        monitorBytes -= size
        guard monitorBytes == 0, isOpen, let version, let missed = monitors.resume() else { return }
        let encoder = ReplyEncoder(version: version)
        if !missed.isEmpty { send(encoder.flowMonitor(missed, 0)) }
        send([encoder.flowMonitorResumed()])
    }

    // MARK: From the channel

    func received(_ messages: [OpenFlowMessage]) {
        if let copy { messages.forEach(copy) }
        probe?.noteActivity()
        queue.append(messages)
        run()
    }

    func receivedGarbage(length: Int) {
        loggers.complain(loggers.stream, .error, "received too-short ofp_header (\(length) bytes)")
        close(.protocolError)
    }

    func becameWritable() {
        probe?.noteActivity()
        outbox.push()
        run()
    }

    func closed(hasPartialMessage: Bool, error: (any Error)?) {
        isOpen = false
        if hasPartialMessage, ending == nil { loggers.complain(loggers.stream, .error, "connection dropped mid-packet") }
        reportFlowMods()
        queue = RequestQueue()
        slices = nil
        outbox.close()
        bundles.removeAll()
        probe?.stop()
        negotiationLimit = nil
        service?.closed(self)
        link.ended(self, ending ?? error.map { ConnectionEnd($0) } ?? (hasPartialMessage ? .protocolError : .peer))
    }

    /// Serves what has arrived, as far as a barrier and the peer's reading let it.
    private func run() {
        guard !isServing else { return }
        isServing = true
        outbox.isCorked = true
        if slices != nil { sendSlice() }
        while isOpen, !isWaiting {
            if !outbox.hasRoom { outbox.isCorked = false }
            guard outbox.hasRoom, let message = queue.next() else { break }
            outbox.isCorked = true
            serve(message)
        }
        outbox.isCorked = false
        isServing = false
        if isOpen, queue.hasRoom != isReading {
            isReading = queue.hasRoom
            channel.setOption(.autoRead, value: isReading).whenFailure { _ in }
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
            // In the version of the message, if that is one.
            let theirs = OpenFlowVersion(rawValue: message.version) ?? version
            return send([ErrorCodec.reply(OpenFlowError(.badVersion), to: message, version: theirs)])
        }
        do throws(OpenFlowError) {
            guard let decoder, let service else { return }
            let now = ControlClock.shared.now
            guard let parts = try assembler.add(message, version: version, now: now) else { return awaitParts() }
            let request = try decoder.decode(parts: parts)
            if request.showsAdmission { showAdmission() }
            try service.serve(request, message, on: self, encoder: ReplyEncoder(version: version))
        } catch {
            send(error: error, to: message)
        }
    }

    /// Sees to it that a request whose next part does not come is answered with an error.
    private func awaitParts() {
        partTimer = ControlTimer(after: .milliseconds(1100)) { [weak self] in
            guard let self, let version else { return }
            for message in assembler.expire(now: ControlClock.shared.now) {
                send([ErrorCodec.reply(OpenFlowError(.multipartTimeout), to: message, version: version)])
            }
            if assembler.isWaiting { awaitParts() }
        }
    }

    private func negotiate(_ message: OpenFlowMessage) {
        guard message.type == 0 else {
            loggers.complain(
                loggers.vconn, .warning,
                "\(peerName): received message while expecting hello: type \(message.type)")
            return close(.protocolError)
        }
        let theirs = HelloCodec.versions(in: message)
        if let common = offered.filter({ theirs.contains($0.rawValue) }).max() {
            version = common
            decoder = RequestDecoder(version: common)
            // Who lets the clock be turned runs tests.
            decoder?.takesDebugActions = ControlClock.shared.isTurnable
            if settings.enablesAsync { async = .standard(common) }
            let both = "we support \(VersionNames.text(offered)), peer supports \(VersionNames.text(theirs))"
            loggers.vconn.debug("\(peerName): negotiated OpenFlow version 0x\(hex(common.rawValue)) (\(both))")
            connectedAt = ControlClock.shared.now
            negotiationLimit = nil
            probe?.start()
            service?.negotiated(self)
            return link.negotiated(self)
        }
        let (ours, peers) = (VersionNames.text(offered), VersionNames.text(theirs))
        loggers.complain(
            loggers.vconn, .warning,
            "\(peerName): version negotiation failed (we support \(ours), peer supports \(peers))")
        let reason = "We support \(ours), you support \(peers), no common versions."
        let answer = OpenFlowVersion(rawValue: theirs.max() ?? 1) ?? offered.max() ?? .v10
        send([
            ErrorCodec.message(
                .helloIncompatible, data: reason.utf8, transaction: message.transaction, version: answer)
        ])
        outbox.isCorked = false
        close(.protocolError)
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

    /// Serves nothing more until `slices` has given nil, and sends what it gives, no faster than the peer reads. Other
    /// work is done between two slices.
    ///
    /// - Parameter room: the bytes that `slices` keeps until then.
    func stream(room: Int, _ slices: @escaping @ControlActor () -> [OpenFlowMessage]?) {
        guard isOpen else { return }
        isWaiting = true
        self.slices = (slices, room)
        outbox.countBeside(room)
        sendSlice()
        service?.limitUnread()
    }

    private func sendSlice() {
        guard isOpen, outbox.hasRoom, let slices else { return }
        guard let messages = slices.next() else {
            self.slices = nil
            outbox.countBeside(-slices.room)
            isWaiting = false
            return
        }
        send(messages)
        ControlActor.enqueue { [weak self] in self?.run() }
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

    private func hex(_ number: UInt8) -> String { VersionNames.hex(number) }
}

extension Request {
    /// Whether a peer that sends this has made up its mind about the switch: not what all send at the beginning.
    var showsAdmission: Bool {
        switch self {
        case .hello, .error, .echoRequest, .echoReply, .features, .getConfiguration, .setConfiguration: false
        default: true
        }
    }
}
