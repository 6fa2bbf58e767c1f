import Control
import Packets

@testable import Datapath
@testable import Switch

/// What comes of a packet: where it was sent, as what, in order.
enum ModelEvent: Equatable {
    case sent(port: UInt32, ModelPacket)
    case punted(reason: UInt8, ModelPacket)
}

/// Carries out datapath actions on a ``ModelPacket``, one step after the other.
@ControlActor
struct ModelDatapath {
    let target: Switch
    let inPort: UInt32
    private(set) var events: [ModelEvent] = []
    private var hash: UInt32 = 0
    /// Something that no correct program does.
    private(set) var fault: String?

    init(_ target: Switch, inPort: UInt32) {
        self.target = target
        self.inPort = inPort
    }

    /// Carries out a program; false if the packet has ended.
    @discardableResult
    mutating func run(_ actions: [DatapathAction], _ packet: inout ModelPacket) -> Bool {
        for (index, action) in actions.enumerated() {
            switch action {
            case .output(let port): events.append(.sent(port: port.rawValue, packet))
            case .pushVLAN(let tpid, let tci):
                packet.tags.insert(.init(tpid: tpid, tci: tci | FlowField.vlanPresent), at: 0)
            case .popVLAN: if !packet.tags.isEmpty { packet.tags.removeFirst() }
            case .set(let rewrite): set(rewrite, &packet)
            case .pushMPLS(let type, let entry):
                packet.labels.insert(entry, at: 0)
                packet.type = type
            case .popMPLS(let type): packet.popLabel(type)
            case .hash: hash = 0x1234_5678
            case .recirculate(let id):
                if index != actions.count - 1 { fault = "recirculation is not the last step" }
                recirculate(id, packet)
                return false
            case .clone(let list):
                var copy = packet
                run(list, &copy)
            case .checkLength(_, let larger, let otherwise):
                var copy = packet
                run(larger, &copy)
                copy = packet
                run(otherwise, &copy)
            case .punt(let id):
                guard let punt = target.punts[id] else {
                    fault = "punt \(id) is unknown"
                    return false
                }
                events.append(.punted(reason: punt.reason.rawValue, packet))
            case .drop: return false
            case .truncate, .meter, .sample, .pushPBB, .popPBB, .copyTTLOut, .copyTTLIn:
                fault = "\(action) is not modelled"
            }
        }
        return true
    }

    private mutating func set(_ rewrite: HeaderRewrite, _ packet: inout ModelPacket) {
        var key = packet.key(inPort: inPort, recircID: 1)
        for word in rewrite.words {
            key[Int(word.index)] = key[Int(word.index)] & ~word.mask | word.value & word.mask
        }
        if rewrite.header == .mpls, packet.labels.isEmpty { fault = "no label to set" }
        let needsNetwork: Set<HeaderRewrite.Header> = [.ipv4, .ipv6, .arp, .tcp, .udp]
        if needsNetwork.contains(rewrite.header), !packet.labels.isEmpty {
            fault = "\(rewrite.header) is behind labels"
        }
        packet.take(key)
    }

    private mutating func recirculate(_ id: UInt32, _ packet: ModelPacket) {
        var key = packet.key(inPort: inPort, recircID: id)
        key.setHost32(FlowField.datapathHash, hash)
        guard let next = target.retranslate(key) else {
            fault = "recirculation \(id) is unknown"
            return
        }
        var packet = packet
        run(next.actions, &packet)
    }
}
