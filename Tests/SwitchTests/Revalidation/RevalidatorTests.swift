import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

@ControlActor
@Suite struct RevalidatorTests {
    private let a = SwitchBench.station(1)
    private let b = SwitchBench.station(2)

    @Test func onlyFlowsThatLookedAnAddressUpFollowIt() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            let p3 = try await bench.port("p3", on: "br0")
            let toB = bench.key(on: p1, from: a, to: b)
            #expect(bench.ports(bench.datapath.receive(toB)) == ["br0", "p2", "p3"])
            for number in 10..<110 {
                bench.datapath.receive(bench.key(on: p1, from: a, to: SwitchBench.station(number)))
            }
            await bridge.barrier()
            let before = bench.target.revalidator.revalidations
            bench.datapath.receive(bench.key(on: p2, from: b, to: a))
            await bridge.barrier()
            #expect(bench.target.revalidator.revalidations == before + 1)
            #expect(bench.ports(bench.datapath.receive(toB)) == ["p2"])
            bench.datapath.receive(bench.key(on: p3, from: b, to: a))
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(toB)) == ["p3"])
            #expect(bridge.macTable.statistics.moved == 1)
            bench.clock.advance(.milliseconds(1))
            bridge.macTable.flush()
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(toB)) == ["br0", "p2", "p3"])
            #expect(bench.datapath.removed == 0)
        }
    }

    @Test func aChangeConcernsItsBridgeAlone() async throws {
        try await SwitchBench.with { bench in
            let left = try await bench.bridge("left")
            try await bench.bridge("right")
            let p1 = try await bench.port("p1", on: "left")
            let p2 = try await bench.port("p2", on: "right")
            for number in 0..<50 {
                bench.datapath.receive(bench.key(on: p1, from: a, to: SwitchBench.station(number + 10)))
                bench.datapath.receive(bench.key(on: p2, from: a, to: SwitchBench.station(number + 10)))
            }
            await left.barrier()
            let before = bench.target.revalidator.revalidations
            // Lower priority than the default flow's subtable, same mask: nothing is looked at that was not before.
            try await bench.port("p3", on: "left")
            await left.barrier()
            #expect(bench.target.revalidator.revalidations == before + 50)
            #expect(bench.datapath.replaced == 50 && bench.datapath.removed == 0)
            #expect(bench.datapath.flows.count == 100)
        }
    }

    @Test func anotherMaskMakesRoomForAnotherFlow() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            bench.datapath.receive(bench.key(on: p1, from: a, to: b))
            try bridge.apply(
                .add(priority: 9, outputs: []) { key, mask in
                    key.setU16(FlowField.ethernetType, 0x0800)
                    mask.setU16(FlowField.ethernetType, 0xffff)
                    key.setU8(FlowField.networkProtocol, 17)
                    mask.setU8(FlowField.networkProtocol, 0xff)
                })
            await bridge.barrier()
            #expect(bench.datapath.removed == 1)
            #expect(bench.datapath.flows.isEmpty && bench.target.flowCount == 0)
        }
    }

    @Test func slicesFinishOnTheirOwn() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            for number in 0..<300 {
                bench.datapath.receive(bench.key(on: p1, from: a, to: SwitchBench.station(number + 10)))
            }
            try bridge.apply(
                FlowMod(command: .deleteStrict, table: 0, match: Match(), priority: 0, actions: []))
            for _ in 0..<200 where !bench.datapath.flows.allSatisfy({ $0.actions.isEmpty }) {
                try await Task.sleep(for: .milliseconds(10))
            }
            // Without a flow nothing is looked at but in_port: the masks differ, and the flows have gone.
            #expect(bench.datapath.flows.allSatisfy { $0.actions.isEmpty })
            #expect(bench.datapath.synchronized == 0)
        }
    }

    @Test func idleFlowsGoAndBusyOnesKeepTheirStationsAlive() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0") { $0.macAgingSeconds = 15 }
            let p1 = try await bench.port("p1", on: "br0")
            let busy = bench.key(on: p1, from: a, to: .broadcast)
            bench.datapath.receive(busy)
            bench.datapath.receive(bench.key(on: p1, from: b, to: .broadcast))
            for _ in 0..<20 {
                bench.clock.advance(.seconds(1))
                bench.datapath.receive(busy)
                sweep(bench)
                bench.target.age()
            }
            #expect(bench.datapath.flows.map { $0.key.mac(FlowField.ethernetSource) } == [a])
            #expect(bridge.macTable.lookup(a, vlan: 0) == p1.number)
            #expect(bridge.macTable.lookup(b, vlan: 0) == nil)
            #expect(bench.datapath.misses == 2)
        }
    }

    @Test func theLimitHolds() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            bench.target.flowLimit = 10
            for number in 0..<30 {
                bench.datapath.receive(bench.key(on: p1, from: a, to: SwitchBench.station(number + 10)))
            }
            #expect(bench.datapath.flows.count == 10)
            bridge.refreshStatistics()
            #expect(bridge.flowTables.find(table: 0, match: Match(), priority: 0)?.packets == 30)
            bench.target.flowLimit = 5
            bench.clock.advance(.milliseconds(200))
            sweep(bench)
            #expect(bench.datapath.flows.count == 5)
        }
    }

    @Test func aRuleConcernsOnlyFlowsWhosePacketsItMayMatch() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            @ControlActor func rule(_ number: Int, priority: UInt16, outputs: [OpenFlowPort]) -> FlowMod {
                let station = SwitchBench.station(number)
                return .add(priority: priority, outputs: outputs) { key, mask in
                    key.setMAC(FlowField.ethernetSource, station)
                    mask.setMAC(FlowField.ethernetSource, .broadcast)
                }
            }
            for number in 0..<50 {
                bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(number + 10), to: b))
            }
            await bridge.barrier()
            let before = bench.target.revalidator.revalidations
            try bridge.apply(rule(17, priority: 9, outputs: [p2.number]))
            await bridge.barrier()
            #expect(bench.target.revalidator.revalidations == before + 1)
            let one = bench.key(on: p1, from: SwitchBench.station(17), to: b)
            #expect(bench.ports(bench.datapath.receive(one)) == ["p2"])
            // More changes than are remembered, none of them of a flow that is there, then one that is.
            for number in 0..<100 { try bridge.apply(rule(number + 200, priority: 9, outputs: [])) }
            await bridge.barrier()
            try bridge.apply(rule(18, priority: 9, outputs: [p2.number]))
            try bridge.apply(rule(300, priority: 9, outputs: []))
            await bridge.barrier()
            let other = bench.key(on: p1, from: SwitchBench.station(18), to: b)
            #expect(bench.ports(bench.datapath.receive(other)) == ["p2"])
            #expect(bench.ports(bench.datapath.receive(one)) == ["p2"])
            var removal = rule(17, priority: 9, outputs: [])
            removal.command = .deleteStrict
            try bridge.apply(removal)
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(one)) == ["br0", "p2"])
        }
    }

    @Test func farTooManyFlowsGoThoughTheyAreInUse() async throws {
        try await SwitchBench.with { bench in
            try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            for number in 0..<30 {
                bench.datapath.receive(bench.key(on: p1, from: a, to: SwitchBench.station(number + 10)))
            }
            bench.datapath.isBusy = true
            bench.target.flowLimit = 15
            sweep(bench)
            #expect(bench.datapath.flows.count == 30)
            bench.target.flowLimit = 14
            sweep(bench)
            #expect(bench.datapath.flows.isEmpty)
        }
    }

    /// Every flow's packets teach an address that displaces another flow's, without end.
    @Test func aBarrierEndsThoughAddressesDisplaceEachOther() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0") { $0.macTableSize = 10 }
            let p1 = try await bench.port("p1", on: "br0")
            for number in 0..<60 {
                bench.datapath.receive(
                    bench.key(
                        on: p1, from: SwitchBench.station(number + 10), to: SwitchBench.station((number + 7) % 60 + 10))
                )
            }
            bench.datapath.isBusy = true
            bridge.macTable.flush()
            await bridge.barrier()
            let first = bench.target.revalidator.revalidations
            bridge.macTable.flush()
            await bridge.barrier()
            #expect(bench.target.revalidator.revalidations >= first + 60)
            #expect(bench.datapath.synchronized == 2)
            bench.datapath.isBusy = false
        }
    }

    @Test func flowsThatWereNotInstalledAreForgotten() async throws {
        try await SwitchBench.with { bench in
            try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            bench.datapath.failsToInstall = true
            for number in 0..<5 { bench.datapath.receive(bench.key(on: p1, from: a, to: SwitchBench.station(number))) }
            sweep(bench)
            #expect(bench.target.flowCount == 0)
        }
    }

    @Test func rulesExpireByExactUse() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            var flow = FlowMod.add(priority: 5, outputs: [.local]) { _, _ in }
            flow.idleTimeoutSeconds = 3
            try bridge.apply(flow)
            let key = bench.key(on: p1, from: a, to: b)
            for _ in 0..<6 {
                bench.clock.advance(.seconds(2))
                bench.datapath.receive(key)
                sweep(bench)
                bench.target.age()
            }
            #expect(bridge.flowTables.ruleCount == 2)
            bench.clock.advance(.milliseconds(3001))
            sweep(bench)
            #expect(bridge.flowTables.ruleCount == 1)
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(key)) == ["br0"])
        }
    }

    private func sweep(_ bench: SwitchBench) {
        let revalidator = bench.target.revalidator
        revalidator.startSweep()
        while revalidator.stepSweep() {}
    }
}
