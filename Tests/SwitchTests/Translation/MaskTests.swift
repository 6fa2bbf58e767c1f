import Control
import OpenFlow
import Packets
import TestSupport
import Testing

@testable import Datapath
@testable import Switch

/// Two packets that agree under the mask of a translation are treated alike.
@ControlActor
@Suite struct MaskTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func masksAreSound(seed: UInt64) async throws {
        try await SwitchBench.with { bench in
            var random = SeededGenerator(seed: seed)
            let bridges = [try await bench.bridge("left"), try await bench.bridge("right")]
            let modes: [VLANConfiguration.Mode] = [.access, .trunk, .nativeTagged, .nativeUntagged]
            var ports: [BridgePort] = []
            for index in 0..<8 {
                ports.append(
                    try await bench.port("p\(index)", on: bridges[index % 2].name) {
                        $0.vlan.mode = modes.randomElement(using: &random)!
                        $0.vlan.tag = UInt16.random(in: 0...3, using: &random)
                        $0.vlan.trunks = Bool.random(using: &random) ? [] : [0, 2]
                        $0.vlan.priorityTags = [.never, .ifNonzero, .always].randomElement(using: &random)!
                    })
            }
            var patch = BridgePortConfiguration(name: "a", kind: .patch(peer: "b"))
            patch.vlan.mode = seed % 2 == 0 ? .access : .trunk
            patch.vlan.tag = seed % 2 == 0 ? 2 : 0
            _ = try await bench.target.addPort(patch, to: "left")
            try await bench.patch("b", to: "a", on: "right")
            for bridge in bridges {
                for _ in 0..<12 { try bridge.apply(flow(of: bridge, &random)) }
                for number in 0..<6 {
                    bridge.macTable.addStatic(
                        SwitchBench.station(number), vlan: UInt16.random(in: 0...3, using: &random),
                        port: bridge.ports.randomElement(using: &random)!.number)
                }
            }
            var compared = 0
            for _ in 0..<1500 {
                let first = packet(bench, ports, &random)
                let translation = try #require(bench.target.retranslate(first))
                for _ in 0..<6 {
                    let other = packet(bench, ports, &random)
                    var mixed = FlowKey()
                    for index in 0..<FlowKey.wordCount {
                        mixed[index] = first[index] & translation.mask[index] | other[index] & ~translation.mask[index]
                    }
                    guard isSound(mixed) else { continue }
                    let again = try #require(bench.target.retranslate(mixed))
                    compared += 1
                    if again.actions != translation.actions || again.mask != translation.mask {
                        Issue.record("\(first) and \(mixed): \(translation.actions) and \(again.actions)")
                        return
                    }
                }
            }
            #expect(compared > 3000)
        }
    }

    private func flow(of bridge: Bridge, _ random: inout SeededGenerator) -> FlowMod {
        var outputs: [OpenFlowPort] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            outputs.append(
                [.normal, .flood, .all, .local, .inPort, bridge.ports.randomElement(using: &random)!.number]
                    .randomElement(using: &random)!)
        }
        let fields: Set<Int> = Set((0..<3).map { _ in Int.random(in: 0..<6, using: &random) })
        let number = Int.random(in: 0..<6, using: &random)
        let value = UInt16.random(in: 0...3, using: &random)
        let port = bridge.ports.randomElement(using: &random)!.number
        return .add(priority: UInt16.random(in: 0...5, using: &random), outputs: outputs) { key, mask in
            for field in fields {
                switch field {
                case 0:
                    key.setHost32(FlowField.inPort, UInt32(port.rawValue))
                    mask.setHost32(FlowField.inPort, 0xffff_ffff)
                case 1:
                    key.setMAC(FlowField.ethernetDestination, SwitchBench.station(number))
                    mask.setMAC(FlowField.ethernetDestination, .broadcast)
                case 2:
                    key.setMAC(FlowField.ethernetSource, SwitchBench.station(number))
                    mask.setMAC(FlowField.ethernetSource, .broadcast)
                case 3:
                    key.setU16(FlowField.outerTCI, value == 0 ? 0 : value | FlowField.vlanPresent)
                    mask.setU16(FlowField.outerTCI, value == 0 ? 0xffff : 0x1fff)
                case 4:
                    key.setU16(FlowField.ethernetType, 0x0800)
                    mask.setU16(FlowField.ethernetType, 0xffff)
                    key.setU32(FlowField.ipv4Destination, UInt32(value) << 8)
                    mask.setU32(FlowField.ipv4Destination, 0xffff_ff00)
                default:
                    key.setU16(FlowField.ethernetType, 0x0800)
                    mask.setU16(FlowField.ethernetType, 0xffff)
                    key.setU8(FlowField.networkProtocol, 17)
                    mask.setU8(FlowField.networkProtocol, 0xff)
                    key.setU16(FlowField.transportDestination, value)
                    mask.setU16(FlowField.transportDestination, 0xffff)
                }
            }
        }
    }

    private func packet(_ bench: SwitchBench, _ ports: [BridgePort], _ random: inout SeededGenerator) -> FlowKey {
        var tags: [(tpid: UInt16, tci: UInt16)] = []
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            tags.append(
                (
                    [0x8100, 0x88a8].randomElement(using: &random)!,
                    UInt16.random(in: 0...3, using: &random) | UInt16.random(in: 0...7, using: &random) << 13
                ))
        }
        let destination =
            Int.random(in: 0..<6, using: &random) == 0
            ? MACAddress.broadcast : SwitchBench.station(Int.random(in: 0..<8, using: &random))
        var key = bench.key(
            on: ports.randomElement(using: &random)!, from: SwitchBench.station(Int.random(in: 0..<8, using: &random)),
            to: destination, tags: tags)
        key.setU16(FlowField.ethernetType, [0x0800, 0x0806].randomElement(using: &random)!)
        key.setU32(FlowField.ipv4Destination, UInt32.random(in: 0...0x4ff, using: &random))
        key.setU8(FlowField.networkProtocol, [6, 17].randomElement(using: &random)!)
        key.setU16(FlowField.transportDestination, UInt16.random(in: 0...4, using: &random))
        return key
    }

    /// Whether a packet could have such tags: a TPID and a present bit go together, an inner tag needs an outer one.
    private func isSound(_ key: FlowKey) -> Bool {
        func isTag(_ tpid: Int, _ tci: Int) -> Bool? {
            let isPresent = key.u16(tci) & FlowField.vlanPresent != 0
            if key.u16(tpid) == 0 && key.u16(tci) == 0 { return false }
            return key.u16(tpid) != 0 && isPresent ? true : nil
        }
        guard let outer = isTag(FlowField.outerTPID, FlowField.outerTCI),
            let inner = isTag(FlowField.innerTPID, FlowField.innerTCI)
        else { return false }
        return outer || !inner
    }
}
