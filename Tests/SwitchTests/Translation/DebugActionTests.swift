import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

/// Actions that tests alone may ask for, and what goes with them.
@ControlActor
@Suite struct DebugActionTests {
    private func flow(_ actions: [Action]) -> FlowMod {
        FlowMod(command: .add, table: 0, match: Match(), priority: 5, actions: actions)
    }

    @Test func whatFollowsARecirculationIsDoneWhenThePacketComesRound() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            let p3 = try await bench.port("p3", on: "br0")
            try bridge.apply(
                flow([
                    .output(p2.number, maxLength: 0), .debugRecirculate, .output(p3.number, maxLength: 0),
                ]))
            var key = bench.key(on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2))
            let first = bench.datapath.receive(key)
            let id = try #require(
                first.compactMap { if case .recirculate(let id) = $0 { id } else { nil } }.first)
            #expect(try first == [.output(#require(p2.portID)), .recirculate(id)])
            key.setHost32(FlowField.recircID, id)
            #expect(try bench.datapath.receive(key) == [.output(#require(p3.portID))])
        }
    }

    @Test func noFlowStandsForASlowPacket() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            try bridge.apply(flow([.debugSlowPath, .output(p2.number, maxLength: 0)]))
            let rule = try #require(bridge.flowTables.find(table: 0, match: Match(), priority: 5))
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2))
            for _ in 0..<3 { #expect(try bench.datapath.receive(key) == [.output(#require(p2.portID))]) }
            #expect(bench.datapath.flows.isEmpty && rule.packets == 3)
            let text = try #require(
                bench.target.trace({
                    var request = Switch.TraceRequest(key: key)
                    request.bridge = nil
                    return request
                }()))
            #expect(text.hasSuffix("userspace slow path because it:\n  - Uses action(s) not supported by datapath."))
        }
    }

    @Test func theFirstPacketCountsForTheRuleThatItMet() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            try bridge.apply(flow([.output(p2.number, maxLength: 0)]))
            let old = try #require(bridge.flowTables.find(table: 0, match: Match(), priority: 5))
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2))
            // The flow is changed before its own count of that packet is looked at.
            bench.datapath.receive(key)
            try bridge.apply(
                FlowMod(
                    command: .add, table: 0, match: Match(), priority: 6,
                    actions: [.output(p1.number, maxLength: 0)]))
            await bridge.barrier()
            bench.datapath.receive(key)
            bridge.refreshStatistics()
            let new = try #require(bridge.flowTables.find(table: 0, match: Match(), priority: 6))
            #expect(old.packets == 1 && new.packets == 1)
        }
    }

    @Test func aPortThatGoesIsForgottenOnOtherBridgesToo() async throws {
        try await SwitchBench.with { bench in
            let first = try await bench.bridge("br0")
            let second = try await bench.bridge("br1")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br1")
            let now = bench.clock.now
            for station in [SwitchBench.station(1), SwitchBench.station(2)] {
                second.macTable.learn(station, vlan: 0, on: p2.number, at: now)
            }
            first.macTable.learn(SwitchBench.station(1), vlan: 0, on: p1.number, at: now)
            await bench.target.removePort("p1", from: "br0", destroy: true)
            #expect(second.macTable.lookup(SwitchBench.station(1), vlan: 0) == nil)
            #expect(second.macTable.lookup(SwitchBench.station(2), vlan: 0) == p2.number)
        }
    }
}
