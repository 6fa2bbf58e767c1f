import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

/// NORMAL over ports of mode `dot1q-tunnel`: customers' frames, with their tags, in a VLAN of the provider's.
@ControlActor
@Suite struct ServiceTunnelTests {
    /// Ports of the VLANs 10 and 12, after Open vSwitch's own test of VLANs.
    private func withPorts(_ body: @ControlActor (SwitchBench, [String: BridgePort]) async throws -> Void) async throws
    {
        try await SwitchBench.with { bench in
            try await bench.bridge("br0")
            var ports: [String: BridgePort] = [:]
            @ControlActor func add(
                _ name: String, _ mode: VLANConfiguration.Mode, _ tag: UInt16,
                _ change: (inout VLANConfiguration) -> Void = { _ in }
            ) async throws {
                ports[name] = try await bench.port(name, on: "br0") {
                    $0.vlan.mode = mode
                    $0.vlan.tag = tag
                    change(&$0.vlan)
                }
            }
            try await add("trunk", .trunk, 0)
            try await add("access", .access, 10)
            try await add("tunnel", .tunnel, 10)
            try await add("some", .tunnel, 10) { $0.customerVLANs = [10, 12] }
            try await add("other", .tunnel, 12) { $0.serviceTPID = EtherType.vlan }
            try await add("native", .nativeUntagged, 12)
            try await body(bench, ports)
        }
    }

    /// Where a broadcast goes, with which TCIs, by the ports' names.
    private func flood(
        _ bench: SwitchBench, from port: BridgePort?, _ tags: [UInt16]
    ) throws -> (tags: [String: [UInt16]], actions: [DatapathAction]) {
        let port = try #require(port)
        let key = bench.key(
            on: port, from: SwitchBench.station(1), to: .broadcast, tags: tags.map { (tpid: EtherType.vlan, tci: $0) })
        let actions = bench.datapath.receive(key)
        var result: [String: [UInt16]] = [:]
        for (id, lists) in SwitchBench.outputs(of: actions, from: key) {
            #expect(lists.count == 1)
            result[bench.target.findBridge(owning: id)?.1.name ?? "?"] = lists.first
        }
        return (result, actions)
    }

    @Test func customersFramesGetTheServiceTag() async throws {
        try await withPorts { bench, ports in
            let plain = try flood(bench, from: ports["tunnel"], [])
            #expect(plain.tags == ["br0": [10], "trunk": [10], "access": [], "native": [10]])
            #expect(plain.actions.contains(.pushVLAN(tpid: EtherType.serviceVLAN, tci: 10 | FlowField.vlanPresent)))
            // Only a tunnel that has the customer's VLAN takes it; no access port has a tag to keep.
            let tagged = try flood(bench, from: ports["tunnel"], [12])
            #expect(tagged.tags == ["br0": [10, 12], "trunk": [10, 12], "some": [12], "native": [10, 12]])
            let other = try flood(bench, from: ports["other"], [7])
            #expect(other.tags == ["br0": [12, 7], "trunk": [12, 7], "native": [7]])
            #expect(other.actions.contains(.pushVLAN(tpid: EtherType.vlan, tci: 12 | FlowField.vlanPresent)))
        }
    }

    @Test func othersVLANsAreDropped() async throws {
        try await withPorts { bench, ports in
            #expect(try flood(bench, from: ports["some"], [11]).actions == [.drop(.vlanMismatch)])
            #expect(try flood(bench, from: ports["some"], []).actions == [.drop(.vlanMismatch)])
            let taken = try flood(bench, from: ports["some"], [12]).tags
            #expect(taken["tunnel"] == [12])
        }
    }

    @Test func theServiceTagIsTakenOff() async throws {
        try await withPorts { bench, ports in
            let double = try flood(bench, from: ports["trunk"], [10, 12]).tags
            #expect(double == ["br0": [10, 12], "tunnel": [12], "some": [12], "native": [10, 12]])
            let single = try flood(bench, from: ports["trunk"], [10]).tags
            #expect(single == ["br0": [10], "tunnel": [], "access": [], "native": [10]])
        }
    }

    @Test func whatDecidesIsInTheMask() async throws {
        try await SwitchBench.with { bench in
            try await bench.bridge("br0")
            let trunk = try await bench.port("trunk", on: "br0")
            try await bench.port("access", on: "br0") {
                $0.vlan.mode = .access
                $0.vlan.tag = 10
            }
            @ControlActor func mask(_ tags: [UInt16]) throws -> UInt16 {
                let key = bench.key(
                    on: trunk, from: SwitchBench.station(1), to: .broadcast,
                    tags: tags.map { (tpid: EtherType.vlan, tci: $0) })
                return try #require(bench.target.retranslate(key)).mask.u16(FlowField.innerTCI)
            }
            // A second tag makes another flow, where the first one is that of an access port.
            let masks = (try mask([10]), try mask([11]), try mask([]))
            #expect(masks == (FlowField.vlanPresent | 0xfff, 0, 0))
            // Where keys tell of one tag only, there is nothing to be looked at.
            bench.target.tagLimit = .one
            let narrow = try mask([10])
            #expect(narrow == 0)
        }
    }
}
