import Control
import OpenFlow
import Packets

@testable import Switch

/// OpenFlow's pipeline as the standard tells it, carried out on one packet without any thought of caches: the judge of
/// translations.
@ControlActor
final class ModelPipeline {
    private let bridge: Bridge
    private var packet: ModelPacket
    /// in_port, metadata and registers.
    private var metadata = FlowKey()
    private var stack: [UInt128] = []
    private var actionSet: [Action] = []
    private(set) var events: [ModelEvent] = []
    private var exits = false
    private var steps = 0
    /// The pipeline met a limit, beyond which OVS and the standard differ.
    private(set) var isUnclear = false

    init(_ bridge: Bridge, _ packet: ModelPacket, inPort: OpenFlowPort) {
        self.bridge = bridge
        self.packet = packet
        metadata.setHost32(FlowField.inPort, UInt32(inPort.rawValue))
    }

    func run() {
        lookUp(0)
        // After `exit`, OVS does not carry out the action set either, whatever ovs-actions(7) says.
        let list = ActionSet.list(of: actionSet)
        actionSet = []
        perform(list, table: 0)
    }

    private var key: FlowKey {
        var key = packet.key(inPort: metadata.host32(FlowField.inPort), recircID: 1)
        key.setHost32(FlowField.recircID, 0)
        for index in FlowField.tunnelID >> 3..<FlowKey.wordCount { key[index] = metadata[index] }
        let output = actionSet.reversed().compactMap { action -> OpenFlowPort? in
            if case .output(let port, _) = action { port } else { nil }
        }.first
        let hasGroup = actionSet.contains { if case .group = $0 { true } else { false } }
        key.setHost32(FlowField.actionSetOutput, UInt32((hasGroup ? .unset : output ?? .unset).rawValue))
        return key
    }

    private func lookUp(_ table: UInt8, depth: Int = 0) {
        steps += 1
        guard depth < 20, steps < 500 else {
            isUnclear = true
            return
        }
        var best: Rule?
        // Which of several flows of one priority is met is undefined.
        var isTie = false
        let key = key
        bridge.flowTables.forEach(table: table) { rule in
            let match = rule.match
            guard match.key.matches(key, under: match.mask) else { return }
            if let known = best, known.priority >= rule.priority {
                isTie = isTie || known.priority == rule.priority
            } else {
                best = rule
                isTie = false
            }
        }
        guard let best, !isTie else {
            isUnclear = isUnclear || isTie
            return
        }
        perform(best.actions, table: table, depth: depth)
    }

    private func perform(_ list: [Action], table: UInt8, depth: Int = 0) {
        for action in list {
            if exits || isUnclear { return }
            switch action {
            case .output(let port, _): output(port)
            case .setField(let rewrite) where rewrite.field.isPrerequisiteMet(by: key):
                write(rewrite.field, rewrite.value, rewrite.mask)
            case .move(let source, let destination)
            where source.field.isPrerequisiteMet(by: key) && destination.field.isPrerequisiteMet(by: key):
                write(destination.field, source.get(key) << UInt128(destination.offset), destination.mask)
            case .stackPush(let range): stack.append(range.get(key))
            case .stackPop(let range):
                if let value = stack.popLast(), range.field.isPrerequisiteMet(by: key) {
                    write(range.field, value << UInt128(range.offset), range.mask)
                }
            case .pushVLAN(let type):
                packet.tags.insert(.init(tpid: type, tci: FlowField.vlanPresent), at: 0)
            case .popVLAN: if !packet.tags.isEmpty { packet.tags.removeFirst() }
            case .setVLANID(let id, let mayPush): setTag(id, 0xfff, mayPush)
            case .pushMPLS(let type): pushLabel(type)
            case .popMPLS(let type):
                // What lies below may be seen through an Ethernet type that it is not of.
                let below = packet.labels.count == 1 ? packet.innerType : 0x8847
                if !packet.labels.isEmpty, type != below { isUnclear = true }
                packet.popLabel(type)
            case .setMPLSLabel(let label):
                if let top = packet.labels.first { packet.labels[0] = top & 0xfff | label << 12 }
            case .decrementMPLSTTL:
                guard let top = packet.labels.first else { return }
                if top & 0xff <= 1 {
                    events.append(.punted(reason: PacketInReason.invalidTTL.rawValue, packet))
                    return
                }
                packet.labels[0] = top - 1
            case .decrementTTL:
                guard packet.labels.isEmpty, packet.type == 0x0800 else { continue }
                var key = key
                let ttl = key.u8(FlowField.networkTTL)
                if ttl <= 1 {
                    events.append(.punted(reason: PacketInReason.invalidTTL.rawValue, packet))
                    return
                }
                key.setU8(FlowField.networkTTL, ttl - 1)
                packet.take(key)
            case .setEthernetDestination(let address): packet.destination = address.number
            case .setQueue(let queue): packet.priority = queue
            case .writeMetadata(let value, let mask):
                let word = FlowField.metadata >> 3
                metadata[word] = metadata[word] & ~mask | value & mask
            case .writeActions(let actions): actionSet += actions
            case .clearActions: actionSet = []
            case .gotoTable(let next): lookUp(next, depth: depth + 1)
            case .resubmit(let resubmit): self.resubmit(resubmit, table, depth)
            case .group(let id): group(id, table, depth)
            case .clone(let actions): isolated { perform(actions, table: table, depth: depth + 1) }
            case .exit: exits = true
            default: continue
            }
        }
    }

    private func resubmit(_ resubmit: ResubmitAction, _ table: UInt8, _ depth: Int) {
        let own = metadata.host32(FlowField.inPort)
        if let port = resubmit.inPort, port != .inPort { metadata.setHost32(FlowField.inPort, UInt32(port.rawValue)) }
        // Only the look-up sees the other port.
        let seen = metadata
        metadata.setHost32(FlowField.inPort, own)
        var best: Rule?
        var key = key
        key.setHost32(FlowField.inPort, seen.host32(FlowField.inPort))
        steps += 1
        guard depth < 20, steps < 500 else {
            isUnclear = true
            return
        }
        let next = resubmit.table ?? table
        bridge.flowTables.forEach(table: next) { rule in
            let match = rule.match
            guard match.key.matches(key, under: match.mask) else { return }
            if best.map({ $0.priority < rule.priority }) ?? true { best = rule }
        }
        if let best { perform(best.actions, table: next, depth: depth + 1) }
    }

    private func group(_ id: UInt32, _ table: UInt8, _ depth: Int) {
        guard let group = bridge.flowTables.groups[id] else { return }
        for bucket in group.buckets {
            let before = (packet, metadata)
            perform(ActionSet.list(of: bucket.contents.actions), table: table, depth: depth + 1)
            (packet, metadata) = before
            exits = false
        }
    }

    /// A copy of the packet, the stack and the action set, which is carried out (as OVS does).
    private func isolated(_ body: () -> Void) {
        let before = (packet, metadata, stack, actionSet)
        body()
        let list = ActionSet.list(of: actionSet)
        actionSet = []
        perform(list, table: 0)
        (packet, metadata, stack, actionSet) = before
    }

    private func output(_ port: OpenFlowPort) {
        let own = OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: metadata.host32(FlowField.inPort)))
        switch port {
        case .inPort: send(own)
        case .all, .flood: bridge.ports.filter { $0.number != own }.forEach { send($0.number) }
        case .controller: events.append(.punted(reason: 255, packet))
        default: if port != own { send(port) }
        }
    }

    private func send(_ number: OpenFlowPort) {
        guard let id = bridge.port(numbered: number)?.portID else { return }
        events.append(.sent(port: id.rawValue, packet))
    }

    private func write(_ field: MatchField, _ value: UInt128, _ mask: UInt128) {
        var changed = key
        field.set(value, mask: mask, in: &changed)
        if changed.u16(FlowField.outerTCI) != key.u16(FlowField.outerTCI), packet.tags.isEmpty {
            packet.tags = [.init(tpid: 0x8100, tci: 0)]
            changed.setU16(FlowField.outerTPID, 0x8100)
        }
        packet.take(changed)
        for index in FlowField.tunnelID >> 3..<FlowKey.wordCount { metadata[index] = changed[index] }
        metadata.setHost32(FlowField.inPort, changed.host32(FlowField.inPort))
    }

    private func setTag(_ value: UInt16, _ mask: UInt16, _ mayPush: Bool) {
        if packet.tags.isEmpty {
            guard mayPush else { return }
            packet.tags = [.init(tpid: 0x8100, tci: FlowField.vlanPresent)]
        }
        packet.tags[0].tci = packet.tags[0].tci & ~mask | value & mask
    }

    private func pushLabel(_ type: UInt16) {
        if packet.labels.count >= 3 { isUnclear = true }
        let entry: UInt32
        if let top = packet.labels.first {
            entry = top & ~0x100
        } else if packet.type == 0x0800 {
            let key = key
            entry = UInt32(key.u8(FlowField.networkTOS) >> 2 & 7) << 9 | 0x100 | UInt32(key.u8(FlowField.networkTTL))
        } else {
            entry = 0x100 | 64
        }
        packet.labels.insert(entry, at: 0)
        packet.type = type
    }
}
