import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

@ControlActor
@Suite struct SwitchTests {
    @Test func numbersOfPortsThatWentAreNotSoonUsedAgain() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            #expect(bridge.ports.map(\.number) == [.local])
            let wished = try await bench.port("w", on: "br0") { $0.requestedNumber = OpenFlowPort(rawValue: 2) }
            #expect(wished.number.rawValue == 2)
            #expect(try await bench.port("a", on: "br0").number.rawValue == 1)
            #expect(try await bench.port("b", on: "br0").number.rawValue == 3)
            // Taken: another one is found.
            let second = try await bench.port("c", on: "br0") { $0.requestedNumber = OpenFlowPort(rawValue: 2) }
            #expect(second.number.rawValue == 4)
            await bench.target.removePort("a", from: "br0", destroy: false)
            #expect(try await bench.port("d", on: "br0").number.rawValue == 5)
            #expect(try await bench.port("a", on: "br0").number.rawValue == 6)
            let before = try await bench.port("e", on: "br0") { $0.previousNumber = OpenFlowPort(rawValue: 77) }
            #expect(before.number.rawValue == 77)
            #expect(bridge.ports.map(\.number.rawValue) == [2, 3, 4, 5, 6, 77, 0xfffe])
        }
    }

    @Test func internalPortsHaveTheSmallestMTUOfTheOthers() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let local = try #require(bridge.port(numbered: .local))
            @ControlActor func mtu() -> Int? { local.status.mtu }
            func device(_ name: String, _ mtu: Int?) -> BridgePortConfiguration.Kind {
                var device = PortConfiguration(name: name, kind: .packetSocket, typeName: "system")
                device.mtu = mtu
                return .datapath(device)
            }
            @ControlActor func ask(_ name: String, _ mtu: Int?) async throws {
                var configuration = try #require(bridge.port(named: name)).configuration
                guard case .datapath(var device) = configuration.kind else { return }
                device.mtu = mtu
                configuration.kind = .datapath(device)
                try await bench.target.updatePort(configuration, of: "br0")
            }
            try await bench.port("p1", on: "br0") { $0.kind = device("p1", 1600) }
            #expect(mtu() == 1600)
            try await bench.port("p2", on: "br0") { $0.kind = device("p2", 9000) }
            #expect(mtu() == 1600)
            await bench.target.removePort("p1", from: "br0", destroy: false)
            #expect(mtu() == 9000)
            await bench.target.removePort("p2", from: "br0", destroy: false)
            #expect(mtu() == 1500)
            // A row that asks for an MTU gets it.
            try await ask("br0", 1700)
            #expect(mtu() == 1700)
            try await bench.port("p3", on: "br0") { $0.kind = device("p3", 1400) }
            #expect(mtu() == 1700)
            try await ask("br0", nil)
            #expect(mtu() == 1400)
            try await ask("p3", 1300)
            #expect(mtu() == 1300)
        }
    }

    @Test func aPortThatFailsLeavesNothing() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            bench.datapath.refusals["bad"] = DatapathError(.noDevice, "no such device")
            await #expect(throws: SwitchError(.device, "no such device")) {
                try await bench.port("bad", on: "br0")
            }
            #expect(bridge.ports.count == 1 && bench.target.port(named: "bad") == nil)
            bench.datapath.refusals = [:]
            try await bench.port("bad", on: "br0")
            await #expect(throws: SwitchError.self) { try await bench.port("bad", on: "br0") }
            await #expect(throws: SwitchError.self) { try await bench.port("br0", on: "br0") }
            await #expect(throws: SwitchError.self) { try await bench.port("x", on: "br9") }
            await #expect(throws: SwitchError.self) { try await bench.patch("x", to: "", on: "br0") }
            #expect(bench.datapath.ports.count == 2)
        }
    }

    @Test func aBridgeThatGoesWhileAPortOpensTakesThePortAlong() async throws {
        try await SwitchBench.with { bench in
            try await bench.bridge("br0")
            bench.datapath.whileOpening = { await bench.target.removeBridge("br0", destroy: true) }
            await #expect(throws: SwitchError.self) { try await bench.port("p", on: "br0") }
            #expect(bench.datapath.ports.isEmpty && bench.target.bridges.isEmpty)
            #expect(bench.datapath.destroyed == ["br0"])
            bench.datapath.whileOpening = nil
            try await bench.bridge("br0")
            try await bench.port("p", on: "br0")
        }
    }

    @Test func theBridgeTakesTheLowestAddressOfItsPorts() async throws {
        try await SwitchBench.with { bench in
            let own = MACAddress(number: 0x0255_0000_0001)
            let bridge = try await bench.bridge("br0") { $0.defaultHardware = own }
            #expect(bridge.hardware == own && bridge.datapathID == 0x0255_0000_0001)
            bench.datapath.hardware = [
                "p1": MACAddress(number: 0x0010_0000_0009), "p2": MACAddress(number: 0x0010_0000_0003),
                "p3": MACAddress(number: 0x0200_0000_0001),
            ]
            for name in ["p1", "p2", "p3"] { try await bench.port(name, on: "br0") }
            #expect(bridge.hardware == MACAddress(number: 0x0010_0000_0003))
            let local = try #require(bridge.port(numbered: .local)?.portID)
            #expect(bench.datapath.ports[local]?.macAddress == bridge.hardware)
            await bench.target.removePort("p2", from: "br0", destroy: false)
            #expect(bridge.datapathID == 0x0010_0000_0009)
            var changed = bridge.configuration
            changed.hardware = MACAddress(number: 0x0600_0000_0001)
            changed.datapathID = 0x42
            bench.target.updateBridge(changed)
            #expect(bridge.hardware == MACAddress(number: 0x0600_0000_0001) && bridge.datapathID == 0x42)
        }
    }

    @Test func theDefaultFlowComesAndGoesWithTheFailMode() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0") { $0.failMode = .secure }
            #expect(bridge.flowTables.ruleCount == 0)
            var configuration = bridge.configuration
            configuration.failMode = .standalone
            bench.target.updateBridge(configuration)
            #expect(bridge.flowTables.ruleCount == 1)
            try bridge.apply(.add(priority: 7, outputs: []) { _, _ in })
            configuration.macAgingSeconds = 60
            bench.target.updateBridge(configuration)
            #expect(bridge.flowTables.ruleCount == 2)
            #expect(bridge.macTable.agingTime == .seconds(60))
            configuration.controllers = [ControllerConfiguration(target: "tcp:127.0.0.1:1")]
            bench.target.updateBridge(configuration)
            #expect(bridge.flowTables.ruleCount == 0)
        }
    }

    @Test func changedVLANsTakeEffectAndForgetThePort() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            bench.datapath.receive(bench.key(on: p2, from: SwitchBench.station(2), to: .broadcast))
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2))
            #expect(bench.ports(bench.datapath.receive(key)) == ["p2"])
            var configuration = p2.configuration
            configuration.vlan.mode = .access
            configuration.vlan.tag = 3
            try await bench.target.updatePort(configuration, of: "br0")
            #expect(bridge.macTable.lookup(SwitchBench.station(2), vlan: 0) == nil)
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(key)) == ["br0"])
            bench.datapath.refusals["p2"] = DatapathError(.invalid, "MTU too large")
            guard case .datapath(var device) = configuration.kind else { return }
            device.mtu = 100_000
            configuration.kind = .datapath(device)
            configuration.vlan.tag = 4
            await #expect(throws: SwitchError(.device, "MTU too large")) {
                try await bench.target.updatePort(configuration, of: "br0")
            }
            #expect(p2.configuration.vlan.tag == 3)
        }
    }

    @Test func aPortThatGoesTakesItsFlowsAndStations() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            bench.datapath.receive(bench.key(on: p2, from: SwitchBench.station(2), to: .broadcast))
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2))
            bench.datapath.receive(key)
            await bench.target.removePort("p2", from: "br0", destroy: false)
            await bridge.barrier()
            #expect(bench.datapath.flows.count == 1)
            #expect(bench.ports(bench.datapath.receive(key)) == ["br0"])
            #expect(bridge.macTable.entries.map(\.mac) == [SwitchBench.station(1)])
            #expect(
                bench.datapath.receive(bench.key(on: p2, from: SwitchBench.station(2), to: .broadcast)) == [
                    .drop(.upcallFailed)
                ])
        }
    }

    @Test func explicitOutputsLeaveTheInputPortOut() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0") { $0.failMode = .secure }
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast)
            #expect(bench.datapath.receive(key) == [])
            let cases: [([OpenFlowPort], Set<String>)] = [
                ([p1.number], []), ([p1.number, p2.number], ["p2"]), ([.inPort], ["p1"]), ([.all], ["p2", "br0"]),
                ([.flood], ["p2", "br0"]), ([.local], ["br0"]), ([OpenFlowPort(rawValue: 99)], []),
                ([.normal], ["p2", "br0"]),
            ]
            for (outputs, expected) in cases {
                try bridge.apply(.add(priority: 1, outputs: outputs) { _, _ in })
                await bridge.barrier()
                #expect(bench.ports(bench.datapath.receive(key)) == expected, "\(outputs)")
            }
        }
    }

    @Test func packetOutRunsItsActions() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            try await bench.port("p2", on: "br0")
            var frame = [UInt8](repeating: 0xff, count: 6) + [2, 0, 0, 0, 0, 1, 0x08, 0x00]
            frame += [UInt8](repeating: 0, count: 46)
            @ControlActor func send(_ actions: [OpenFlowPort], inPort: OpenFlowPort) throws -> Set<String> {
                try bridge.packetOut(
                    PacketOut(inPort: inPort, actions: actions.map { .output($0, maxLength: 0) }, frame: frame))
                return bench.ports(bench.datapath.executed.last?.actions ?? [])
            }
            #expect(try send([p1.number], inPort: .none) == ["p1"])
            #expect(try send([.normal], inPort: .none) == ["p1", "p2", "br0"])
            #expect(try send([.table], inPort: p1.number) == ["p2", "br0"])
            #expect(bridge.flowTables.find(table: 0, match: Match(), priority: 0)?.packets == 1)
            #expect(throws: OpenFlowError.self) {
                try bridge.packetOut(PacketOut(inPort: .flood, actions: [], frame: frame))
            }
        }
    }

    @Test func portsAreDescribed() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let description = p1.openFlowDescription
            #expect(description.configuration == 0 && !description.isLinkDown)
            #expect(description.currentFeatures == 1 << 6 | 1 << 7)
            #expect(description.currentSpeedKilobits == 10_000_000)
            #expect(bridge.openFlowPorts.map(\.name) == ["p1", "br0"])
            #expect(bridge.openFlowStatistics(of: p1.number)?.receivedFrameErrors == 0)
            let patch = try await bench.patch("a", to: "b", on: "br0")
            #expect(patch.openFlowStatistics(now: bench.clock.now).receivedErrors == nil)
            #expect(throws: OpenFlowError.self) {
                try bridge.modifyPort(p1.number, hardware: .broadcast, configuration: 0, mask: 0)
            }
        }
    }
}
