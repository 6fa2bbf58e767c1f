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

    let link: any ControllerLink
    let channel: any Channel
    let outbox: Outbox
    let peerName: String
    let offered: Set<OpenFlowVersion>

    /// nil until versions are agreed on.
    var version: OpenFlowVersion?
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
    var admittedAt: ContinuousClock.Instant?

    private var queue = RequestQueue()
    var isWaiting = false
    private var isReading = true
    var isOpen = true
    private var isServing = false
    private var ending: ConnectionEnd?
    var connectedAt = ControlClock.shared.now
    /// When something last came.
    private(set) var heardAt = ControlClock.shared.now
    var flowMods = FlowModReport()
    var reportTimer: ControlTimer?
    var negotiationLimit: ControlTimer?
    var probe: InactivityProbe?
    var assembler = RequestAssembler()
    var partTimer: ControlTimer?
    lazy var packetIns = PacketInSender(name: name, loggers: loggers, settings: settings) {
        [weak self] message, promise in self?.write(message, promise)
    }
    var monitorBytes = 0
    var slices: (next: @ControlActor () -> [OpenFlowMessage]?, room: Int)?

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
                    """
                    \(self.name): no response to inactivity probe after \(silence.components.seconds) seconds, \
                    disconnecting
                    """)
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

    func write(_ message: OpenFlowMessage, _ promise: EventLoopPromise<Void>? = nil) {
        if isOpen { copy?(message) }
        loggers.tell(message, "\(peerName): sent (Success)")
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

    /// What a Controller row's `status` tells of packet-ins.
    var packetInDetails: [String: String] { packetIns.details }

    // MARK: From the channel

    func received(_ messages: [OpenFlowMessage]) {
        if let copy { messages.forEach(copy) }
        heardAt = ControlClock.shared.now
        probe?.noteActivity(at: heardAt)
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
        if hasPartialMessage, ending == nil {
            loggers.complain(loggers.stream, .error, "connection dropped mid-packet")
        }
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
    func run() {
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
}
