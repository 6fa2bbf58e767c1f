import Control
import Datapath
import Logging
import OpenFlow
import Packets

/// One translation: a packet's key through the tables of a bridge, and of those behind its patch ports, to datapath
/// actions and the mask of all that was looked at (OVS: `xlate_actions`).
///
/// Made, run once and dropped. The mask is sound: any other key that agrees under it gets the same actions.
@ControlActor
final class Translator {
    /// How many patch ports and resubmits may lie within one another, and how many there may be (OVS: MAX_DEPTH,
    /// MAX_RESUBMITS).
    static let maximumDepth = 64
    static let maximumLookups = 4096

    let owner: Switch
    let context: TranslationContext
    /// Whether a packet is behind it: then oddities are logged.
    let hasPacket: Bool
    /// When the packet was seen whose source addresses are to be learned; nil: nothing is learned.
    let seen: ContinuousClock.Instant?

    /// The packet as the pipeline has it now; in_port is the current bridge's OpenFlow number.
    var key: FlowKey
    /// The same as it came.
    private let original: FlowKey
    /// What the pipeline has done to the tags, and how far ``actions`` have followed; they do so at the next output.
    var vlans: VLANEdit
    var committedVLANs: VLANEdit
    var mask = FlowMask()
    var actions: [DatapathAction] = []
    var dropReason: DropReason?
    /// Whether the packet came from a kernel device. There, flows always look at the Ethernet type and at fragments, as
    /// OVS's do: beside the system calls it costs nothing, and dumps read alike. Flows of PMD threads look at no more
    /// than they must.
    private var isFromKernel = false
    var depth = 0
    var lookups = 0

    init(_ owner: Switch, key: FlowKey, hasPacket: Bool, seen: ContinuousClock.Instant?) {
        self.owner = owner
        self.key = key
        original = key
        self.hasPacket = hasPacket
        context = TranslationContext(revalidator: owner.revalidator)
        self.seen = seen
        vlans = VLANEdit(original: VLANStack(of: key))
        committedVLANs = vlans
    }

    /// Takes the packet in on `port`, from table 0.
    func run(from port: BridgePort) {
        owner.revalidator.translating = context
        defer { owner.revalidator.endTranslation() }
        context.note(port.bridge)
        isFromKernel = port.isKernelDevice
        key.setHost32(FlowField.inPort, UInt32(port.number.rawValue))
        guard port.openFlowConfiguration & PortConfigurationBits.noReceive == 0 else { return }
        runTables(of: port.bridge, inPort: port)
    }

    /// Carries out a packet-out's actions. `port`: nil for OFPP_NONE and OFPP_CONTROLLER.
    func run(_ list: [Action], on bridge: Bridge, inPort number: OpenFlowPort) {
        context.note(bridge)
        key.setHost32(FlowField.inPort, UInt32(number.rawValue))
        perform(list, on: bridge, inPort: bridge.port(numbered: number), isPacketOut: true)
    }

    func runTables(of bridge: Bridge, inPort port: BridgePort?) {
        lookups += 1
        if !context.isTransformed {
            context.isTransformed = (1..<FlowKey.wordCount).contains { key[$0] != original[$0] }
        }
        let rule = bridge.flowTables.lookup(key, table: 0, mask: &mask)
        context.note(TableVisit(table: bridge.flowTables.table(0), rule: rule))
        guard let rule else { return }
        perform(rule.actions, on: bridge, inPort: port, isPacketOut: false)
    }

    private func perform(_ list: [Action], on bridge: Bridge, inPort port: BridgePort?, isPacketOut: Bool) {
        for action in list {
            guard case .output(let target, _) = action else { continue }
            switch target {
            case .normal:
                normal(on: bridge, inPort: port)
            case .inPort:
                if let port { output(to: port) }
            case .flood, .all:
                for other in bridge.ports where other !== port {
                    if target == .all || other.isFloodable { output(to: other) }
                }
            case .table:
                if isPacketOut { runTables(of: bridge, inPort: port) }
            case .controller, .none:
                continue
            default:
                if let other = bridge.port(numbered: target), other !== port { output(to: other) }
            }
        }
    }

    /// Whether another look-up may be made within this one; if not, it is logged and noted.
    func mayGoDeeper(in bridge: Bridge) -> Bool {
        if depth >= Translator.maximumDepth {
            owner.reports.error("over max translation depth \(Translator.maximumDepth)", of: self, on: bridge)
        } else if lookups >= Translator.maximumLookups {
            owner.reports.error("over \(Translator.maximumLookups) resubmit actions", of: self, on: bridge)
        } else {
            return true
        }
        dropReason = .tooDeep
        return false
    }

    /// The result, once run.
    var translation: Translation {
        var actions = actions
        if actions.isEmpty, let dropReason { actions = [.drop(dropReason)] }
        return Translation(mask: datapathMask, actions: actions, context: context)
    }

    /// The mask as the datapath may use it: the whole in_port, and nothing that it does not extract, which is constant.
    private var datapathMask: FlowMask {
        var result = FlowMask()
        for index in 1..<Translator.extractedWords { result[index] = mask[index] }
        result.setHost32(FlowField.inPort, 0xffff_ffff)
        if isFromKernel { result.setU16(FlowField.ethernetType, .max) }
        // Where the network header is read anyway, fragments are told apart for nothing.
        let isRead = isFromKernel || Translator.networkWords.contains { result[$0] != 0 }
        let isIP = [EtherType.ipv4, EtherType.ipv6].contains(key.u16(FlowField.ethernetType))
        if isRead, isIP, result.u16(FlowField.ethernetType) == .max {
            result.setU8(FlowField.networkFragment, FlowField.fragmentAny | FlowField.fragmentLater)
        }
        return result
    }

    /// Words of a key that the datapath fills from the packet; the rest are zero in every key.
    private static let extractedWords = FlowField.datapathHash >> 3
    /// Those from the network header to the end of the transport header.
    private static let networkWords = FlowField.networkProtocol >> 3..<FlowField.mplsEntry0 >> 3
}
