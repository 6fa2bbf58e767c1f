import Control
import Datapath
import Logging
import OpenFlow
import Packets

/// One translation: a packet's key through the tables of a bridge, and of those behind its patch ports, to datapath
/// actions and the mask of all that was looked at (OVS: `xlate_actions`).
///
/// Made, run once and dropped. The mask is sound: any other key that agrees under it is treated alike.
@ControlActor
final class Translator {
    /// How many patch ports, groups and resubmits to the same or an earlier table may lie within one another, and how
    /// many look-ups there may be (OVS: MAX_DEPTH, MAX_RESUBMITS).
    static let maximumDepth = 64
    static let maximumLookups = 4096
    /// How many values may be on the stack: 64 kB of the widest.
    static let maximumStack = 65536 / 16

    let owner: Switch
    let context: TranslationContext
    /// Whether a packet is behind it: then oddities are logged.
    let hasPacket: Bool
    /// When the packet was seen whose source addresses are to be learned, and for whom actions may have effects beyond
    /// the packet; nil: there is none.
    let seen: ContinuousClock.Instant?
    /// Where what happens is told (`ofproto/trace`).
    var trace: TranslationTrace?

    /// The packet as the pipeline has it now; in_port is the current bridge's OpenFlow number.
    var packet: PacketState
    /// The packet as ``actions`` make it; they follow at the next output.
    var committed: PacketState
    /// The key that the datapath asked about.
    let original: FlowKey
    var mask = FlowMask()
    var actions: [DatapathAction] = []
    var dropReason: DropReason?
    /// What makes the packet go nowhere at all.
    var failure: TranslationFailure?
    /// Whether flows look at what OVS's would: the Ethernet type, fragments and every field that is written. For
    /// packets from kernel devices and dummies: beside the system calls it costs nothing, and dumps and traces read
    /// alike. Flows of PMD threads look at no more than they must.
    private(set) var looksAsOVS = false
    /// Whether the result depends on what happened just now: no flow may be made of it.
    var isOnce = false
    /// Whether control is to carry out the actions for each packet (`debug_slow`): no flow may be made of it either.
    var isSlow = false

    // MARK: Where the pipeline is

    var bridge: Bridge
    var table: UInt8 = 0
    var rule: Rule?
    /// The cookie of the rule whose actions are carried out, for packet-ins; all ones for none.
    var cookie = UInt64.max
    /// The rule stands for the bridge's own behaviour on a miss.
    var isInternal = false
    var isPacketOut = false
    var isInActionSet = false
    var isInBucket = false
    var depth = 0
    var lookups = 0
    var stack: [FieldValue] = []
    var actionSet = ActionSet()
    /// No further action of any list is to be carried out.
    var exits = false
    /// The packet is to be looked up again, or given to a controller, before the pipeline goes on.
    var isFreezing = false
    /// What is left to do then.
    var frozen: [FrozenStep] = []
    /// The controller that is to send the packet back.
    var pause: ControllerAction?
    /// Whether the packet is to be hashed before it is looked up again.
    var pendingHash: DatapathHash?
    /// Flows that the packet teaches, for those after it.
    var lessons: [Lesson] = []

    init(_ owner: Switch, on bridge: Bridge, key: FlowKey, hasPacket: Bool, seen: ContinuousClock.Instant?) {
        self.owner = owner
        self.bridge = bridge
        original = key
        packet = PacketState(key)
        committed = packet
        self.hasPacket = hasPacket
        context = TranslationContext(revalidator: owner.revalidator)
        self.seen = seen
        setActionSetOutput()
    }

    /// The packet as the pipeline has it.
    var key: FlowKey { packet.key }

    /// Takes the packet in on `port`, from table 0.
    func run(from port: BridgePort) { run(from: port, numbered: port.number) }

    /// The same from a number that, in a trace, need not be a port's.
    func run(from port: BridgePort?, numbered number: OpenFlowPort) {
        begin()
        defer { owner.revalidator.endTranslation() }
        looksAsOVS = port.map { !$0.isPolled } ?? true
        packet.key.setHost32(FlowField.inPort, UInt32(number.rawValue))
        guard port.map(takesIn) ?? true else { return }
        walk(to: 0, inPort: number, mayPuntMiss: true, heedsMissSetting: true, staysThere: true)
        finish()
        deliverInBandAnswer()
        teach()
    }

    /// Whether a controller lets the port take the packet in.
    func takesIn(_ port: BridgePort) -> Bool {
        let noFrames = port.openFlowConfiguration & PortConfigurationBits.noReceive != 0
        let noTrees = port.openFlowConfiguration & PortConfigurationBits.noReceiveSpanningTree != 0
        guard noFrames != noTrees else { return !noFrames }
        lookAt { $0.setMAC(FlowField.ethernetDestination, .broadcast) }
        guard key.mac(FlowField.ethernetDestination) == .spanningTree else { return !noFrames }
        // What has a type is something else, whomever it is for.
        lookAtType()
        return packet.ethernetType == EtherType.none ? !noTrees : !noFrames
    }

    /// Carries out a packet-out's actions.
    func run(_ list: [Action], inPort number: OpenFlowPort) {
        begin()
        defer { owner.revalidator.endTranslation() }
        packet.key.setHost32(FlowField.inPort, UInt32(number.rawValue))
        isPacketOut = true
        perform(list)
        finish()
        teach()
    }

    /// Goes on where a pipeline was left. `port`: where the packet first came in.
    func run(_ state: FrozenState, from port: BridgePort?) {
        begin()
        defer { owner.revalidator.endTranslation() }
        looksAsOVS = port?.isPolled == false
        resume(state)
        finish()
        deliverInBandAnswer()
        teach()
    }

    private func begin() {
        owner.revalidator.translating = context
        context.note(bridge)
    }

    /// The end of the pipeline of the bridge: the action set, or what has to come first.
    func finish() {
        if !isFreezing, failure == nil { performActionSet() }
        if isFreezing, failure == nil { freezeNow() }
    }

    /// The result, once run.
    var translation: Translation {
        var actions = DatapathAction.tidied(actions)
        if let failure {
            actions = [.drop(failure.dropReason)]
        } else if actions.isEmpty, let dropReason {
            actions = [.drop(dropReason)]
        }
        var result = Translation(mask: datapathMask, actions: actions, context: context)
        result.isCacheable = !isOnce && !isSlow
        return result
    }

    /// Bits of the packet, as it came, decide on what is done: those of `bits` that have not been written since.
    func look(at bits: FlowMask) {
        for index in 0..<bits.extent where bits[index] != 0 {
            mask[index] |= bits[index] & ~packet.written[index]
        }
    }

    /// The same for bits that `fill` counts.
    func lookAt(_ fill: (inout FlowMask) -> Void) {
        var bits = FlowMask()
        fill(&bits)
        look(at: bits)
    }

    /// The protocol in a network header decides.
    func lookAtProtocol() { lookAt { $0.setU8(FlowField.networkProtocol, .max) } }

    /// An action is about to write these bits. `isCopy`: of what it was told by another field.
    func noteWrite(_ bits: FlowMask, isCopy: Bool = false) {
        if looksAsOVS { look(at: bits) }
        if isCopy { return }
        let isNetwork = PacketState.networkWords.contains { bits[$0] != 0 }
        if isNetwork { noteNetworkWrite() }
    }

    /// An action is about to write a network header, or one behind it.
    func noteNetworkWrite() {
        guard packet.isIP || EtherType.isARP(packet.ethernetType) else { return }
        lookAtProtocol()
    }

    /// The mask as the datapath may use it: the whole in_port, and nothing that it does not extract, which is constant.
    private var datapathMask: FlowMask {
        var result = FlowMask()
        for index in 1..<Translator.extractedWords { result[index] = mask[index] }
        result[0] = ~0
        if original.host32(FlowField.recircID) != 0 {
            // Before it is looked up again, a packet has no hash, mark or priority.
            result[Translator.hashWord] = mask[Translator.hashWord]
            result.setHost32(FlowField.skbPriority, mask.host32(FlowField.skbPriority))
        }
        if looksAsOVS { result.setU16(FlowField.ethernetType, .max) }
        // Where the network header is read anyway, fragments are told apart for nothing.
        let isRead = looksAsOVS || PacketState.networkWords.contains { result[$0] != 0 }
        if isRead, EtherType.isIP(original.u16(FlowField.ethernetType)), result.u16(FlowField.ethernetType) == .max {
            result.setU8(FlowField.networkFragment, FlowField.fragmentAny | FlowField.fragmentLater)
        }
        return result
    }

    /// The mask as a trace tells it: with what OVS's flows always look at.
    var tracedMask: FlowMask {
        var result = mask
        let isThroughTunnel = original.comesThroughTunnel
        let first = isThroughTunnel ? FlowField.metadata : FlowField.tunnelID
        for index in first >> 3..<FlowField.tunnelOptionsPresent >> 3 { result[index] = 0 }
        if isThroughTunnel {
            result.countTunnel(of: original)
        } else {
            for index in FlowField.tunnelOptionsPresent >> 3..<FlowKey.wordCount { result[index] = 0 }
        }
        result[0] = ~0
        result.setU16(FlowField.ethernetType, .max)
        result.setHost32(FlowField.packetType, .max)
        let type = original.u16(FlowField.ethernetType)
        if EtherType.isIP(type) {
            result.setU8(FlowField.networkFragment, FlowField.fragmentAny | FlowField.fragmentLater)
        }
        // What the packet does not have is not told.
        let tags = VLANStack(of: original).count
        if tags < 2 { result[VLANStack.wordIndex] &= tags == 0 ? 0 : 0xffff_ffff }
        if !EtherType.isMPLS(type) {
            for offset in [FlowField.mplsEntry0, FlowField.mplsEntry1] { result.setU32(offset, 0) }
        }
        return result
    }

    /// Words of a key that the datapath fills from the packet; the rest are zero in every key.
    private static let extractedWords = FlowField.datapathHash >> 3
    private static let hashWord = FlowField.datapathHash >> 3
}

extension FlowMask {
    /// What of a tunnel is always looked at (OVS: tnl_wc_init).
    fileprivate mutating func countTunnel(of key: FlowKey) {
        self[FlowField.tunnelID >> 3] = .max
        if key[FlowField.tunnelIPv4Destination >> 3] >> 32 != 0 {
            self[FlowField.tunnelIPv4Source >> 3] = .max
        } else {
            for word in FlowField.tunnelIPv6Source >> 3..<FlowField.tunnelFlags >> 3 { self[word] = .max }
        }
        let flags = FlowField.tunnelDontFragment | FlowField.tunnelHasChecksum | FlowField.tunnelHasKey
        setU8(FlowField.tunnelFlags, u8(FlowField.tunnelFlags) | flags)
        setU8(FlowField.tunnelTOS, .max)
    }
}
