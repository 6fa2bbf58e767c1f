import Control
import OpenFlow
import Packets
import TestSupport

@testable import Switch

/// Random packets and flows over so few values that they meet.
struct RandomPipeline {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func number<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number {
        Number.random(in: range, using: &generator)
    }

    private mutating func one<Element>(of list: [Element]) -> Element { list.randomElement(using: &generator)! }

    // MARK: Packets

    mutating func packet() -> ModelPacket {
        var packet = ModelPacket()
        packet.destination = 0x0200_0000_0000 | UInt64(number(0...2))
        packet.source = 0x0200_0000_0000 | UInt64(number(0...2))
        for _ in 0..<one(of: [0, 0, 1, 2]) {
            packet.tags.append(
                .init(tpid: one(of: [0x8100, 0x88a8]), tci: 0x1000 | number(0...2) | number(0...1) << 13))
        }
        packet.innerType = one(of: [0x0800, 0x0800, 0x0800, 0x0806, 0x1234])
        packet.type = packet.innerType
        let count = one(of: [0, 0, 0, 1, 2, 3])
        for index in 0..<count {
            packet.labels.append(number(1...3) << 12 | (index == count - 1 ? 0x100 : 0) | one(of: [1, 2, 64]))
        }
        if count > 0 { packet.type = 0x8847 }
        fillNetwork(&packet)
        return packet
    }

    private mutating func fillNetwork(_ packet: inout ModelPacket) {
        var key = FlowKey()
        switch packet.innerType {
        case 0x0800:
            key.setU8(FlowField.networkProtocol, one(of: [6, 17, 1, 50]))
            key.setU8(FlowField.networkTOS, one(of: [0, 1, 0x20]))
            key.setU8(FlowField.networkTTL, one(of: [1, 2, 64]))
            key.setU32(FlowField.ipv4Source, 0x0a00_0000 | number(0...2))
            key.setU32(FlowField.ipv4Destination, 0x0a00_0000 | number(0...2))
            if key.u8(FlowField.networkProtocol) != 50 {
                key.setU16(FlowField.transportSource, number(0...2))
                key.setU16(FlowField.transportDestination, number(0...2))
            }
        case 0x0806:
            key.setU8(FlowField.networkProtocol, number(1...2))
            key.setU32(FlowField.ipv4Source, 0x0a00_0000 | number(0...2))
            key.setU32(FlowField.ipv4Destination, 0x0a00_0000 | number(0...2))
        default: break
        }
        for index in packet.network.indices { packet.network[index] = key[4 + index] }
    }

    /// A packet that has much in common with another.
    mutating func variant(of packet: ModelPacket) -> ModelPacket {
        let other = self.packet()
        var result = packet
        for _ in 0..<number(1...4) {
            switch number(0...6) {
            case 0: result.destination = other.destination
            case 1: result.source = other.source
            case 2: result.tags = other.tags
            case 3 where other.innerType == packet.innerType:
                let index = number(0...1)
                result.network[index] = other.network[index]
            case 4 where other.innerType == packet.innerType: result.network = other.network
            case 5 where !packet.labels.isEmpty && !other.labels.isEmpty: result.labels = other.labels
            case 6:
                result.type = other.type
                result.innerType = other.innerType
                result.labels = other.labels
                result.network = other.network
            default: continue
            }
        }
        return result
    }

    // MARK: Tables

    /// Puts groups and flows into four tables.
    @ControlActor
    mutating func fill(_ bridge: Bridge) throws {
        for id: UInt32 in 1...3 where bridge.flowTables.groups[id] == nil {
            let buckets = (0..<number(1...3)).map { index in
                Group.Bucket(id: UInt32(index), actions: actions(most: 3, table: 3, isInSet: true))
            }
            let kind: Group.Kind = buckets.count == 1 ? .indirect : .all
            try bridge.flowTables.apply(
                GroupMod(command: .add, id: id, group: Group.Contents(kind: kind, buckets: buckets)))
        }
        for table: UInt8 in 0...3 {
            // Of two rules of one priority that match, either may win.
            for priority in Array(1...100).shuffled(using: &generator).prefix(number(2...8)) {
                try bridge.apply(
                    FlowMod(
                        command: .add, table: table, match: match(), priority: UInt16(priority),
                        actions: actions(most: 5, table: table)))
            }
            try bridge.apply(
                FlowMod(
                    command: .add, table: table, match: Match(), priority: 0, actions: actions(most: 4, table: table)))
        }
    }

    private func field(_ name: String) -> MatchField { MatchField.named(name)! }

    private mutating func match() -> Match {
        var match = Match()
        for _ in 0..<number(0...2) {
            switch number(0...11) {
            case 0: match.set(field("in_port"), UInt128(number(1...3)))
            case 1: match.set(field("eth_dst"), 0x0200_0000_0000 | UInt128(number(0...2)))
            case 2: match.set(field("eth_src"), UInt128(number(0...1)), mask: 1)
            case 3: match.set(field("vlan_tci"), UInt128(one(of: [0, 0x1000, 0x1001, 0x1002])), mask: 0x1fff)
            case 4: match.set(field("reg0"), UInt128(number(0...2)))
            case 5: match.set(field("metadata"), UInt128(number(0...1)), mask: 1)
            case 6: match.set(field("eth_type"), UInt128(one(of: [0x0800, 0x8847, 0x0806])))
            case 7, 8, 9:
                guard match.mask.u16(FlowField.ethernetType) == 0 else { continue }
                match.set(field("eth_type"), 0x0800)
                switch number(0...3) {
                case 0: match.set(field("ip_dst"), 0x0a00_0000 | UInt128(number(0...2)))
                case 1: match.set(field("ip_ttl"), UInt128(one(of: [1, 2, 63, 64])))
                case 2: match.set(field("ip_src"), 0x0a00_0000 | UInt128(number(0...1)), mask: 0xffff_fff1)
                default:
                    match.set(field("ip_proto"), 17)
                    match.set(field("udp_dst"), UInt128(number(0...2)))
                }
            case 10:
                guard match.mask.u16(FlowField.ethernetType) == 0 else { continue }
                match.set(field("eth_type"), 0x8847)
                match.set(field("mpls_label"), UInt128(number(0...3)))
            default: match.set(field("actset_output"), UInt128(number(1...3)))
            }
        }
        return match
    }

    private mutating func actions(most: Int, table: UInt8, isInSet: Bool = false, depth: Int = 0) -> [Action] {
        var list: [Action] = []
        for _ in 0..<number(0...most) { list.append(action(table, isInSet, depth)) }
        if depth == 0, !isInSet, table < 3, number(0...2) == 0 { list.append(.gotoTable(number(table + 1...3))) }
        if isInSet { list.append(.output(OpenFlowPort(rawValue: number(1...3)), maxLength: 0)) }
        return list
    }

    private mutating func action(_ table: UInt8, _ isInSet: Bool, _ depth: Int) -> Action {
        let kinds = isInSet ? 10 : 24
        switch number(0...kinds) {
        case 0: return .setEthernetDestination(MACAddress(number: 0x0200_0000_0000 | UInt64(number(0...2) as Int)))
        case 1: return set("eth_src", 0x0200_0000_0000 | UInt128(number(0...2)), bits: 1)
        case 2: return set("ip_dst", 0x0a00_0000 | UInt128(number(0...2)), bits: .max)
        case 3: return set("udp_dst", UInt128(number(0...2)), bits: .max)
        case 4: return set("reg0", UInt128(number(0...2)), bits: .max)
        case 5: return one(of: [.pushVLAN(etherType: 0x8100), .pushVLAN(etherType: 0x88a8), .popVLAN])
        case 6: return .setVLANID(number(0...2), mayPush: number(0...1) == 0)
        case 7: return one(of: [.pushMPLS(etherType: 0x8847), .popMPLS(etherType: 0x0800), .popMPLS(etherType: 0x8847)])
        case 8: return one(of: [.setMPLSLabel(number(0...3)), .decrementMPLSTTL])
        case 9: return .decrementTTL(controllers: [0])
        case 10: return .setQueue(number(0...2))
        case 11: return .move(from: FieldRange(field("eth_dst"), offset: 0, bits: 2), to: range("reg0", 0, 2))
        case 12: return .move(from: range("ip_src", 0, 2), to: range("ip_dst", 0, 2))
        case 13: return one(of: [.stackPush(range("reg0", 0, 8)), .stackPush(range("eth_src", 0, 8))])
        case 14: return one(of: [.stackPop(range("reg0", 0, 8)), .stackPop(range("eth_dst", 0, 8))])
        case 15: return .writeMetadata(number(0...1), mask: 1)
        case 16: return .writeActions(actions(most: 2, table: table, isInSet: true, depth: depth + 1))
        case 17: return one(of: [.clearActions, .exit, .output(.controller, maxLength: 128)])
        case 18: return .resubmit(ResubmitAction(inPort: one(of: [nil, .inPort, OpenFlowPort(rawValue: 2)]),
            table: number(0...3)))
        case 19: return .group(number(1...3))
        case 20 where depth < 2: return .clone(actions(most: 3, table: table, depth: depth + 1))
        default:
            return .output(
                one(of: [1, 2, 3].map { OpenFlowPort(rawValue: $0) } + [.inPort, .all]), maxLength: 0)
        }
    }

    private func range(_ name: String, _ offset: Int, _ bits: Int) -> FieldRange {
        FieldRange(field(name), offset: offset, bits: bits)
    }

    private func set(_ name: String, _ value: UInt128, bits: UInt128) -> Action {
        .setField(FieldRewrite(field(name), value: value, mask: bits))
    }
}
