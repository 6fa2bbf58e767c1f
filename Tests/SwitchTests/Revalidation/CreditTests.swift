import Control
import OpenFlow
import Packets
import TestSupport
import Testing

@testable import Datapath
@testable import Switch

/// Every packet counts once, whatever happens to its flow.
@ControlActor
@Suite struct CreditTests {
    @Test(arguments: [11, 12, 13] as [UInt64])
    func packetsCountOnce(seed: UInt64) async throws {
        try await SwitchBench.with { bench in
            var random = SeededGenerator(seed: seed)
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            try await bench.port("p2", on: "br0")
            bench.target.flowLimit = 20
            let matchAll = try #require(bridge.flowTables.find(table: 0, match: Match(), priority: 0))
            var sent: UInt64 = 0
            var octets: UInt64 = 0
            for _ in 0..<2000 {
                switch Int.random(in: 0..<40, using: &random) {
                case 0:
                    bridge.refreshStatistics()
                    try #require(matchAll.packets == sent && matchAll.bytes == octets)
                case 1: if let flow = bench.datapath.flows.randomElement(using: &random) { bench.datapath.remove(flow) }
                case 2:
                    // A higher flow that no packet matches, in and out: the mask changes with it.
                    try bridge.apply(
                        .add(priority: 9, outputs: []) { key, mask in
                            key.setU16(FlowField.ethernetType, 0x0806)
                            mask.setU16(FlowField.ethernetType, 0xffff)
                        })
                case 3:
                    var gone = FlowMod.add(priority: 9, outputs: []) { key, mask in
                        key.setU16(FlowField.ethernetType, 0x0806)
                        mask.setU16(FlowField.ethernetType, 0xffff)
                    }
                    gone.command = .deleteStrict
                    try bridge.apply(gone)
                case 4: bridge.macTable.flush()
                case 5: await bridge.barrier()
                case 6:
                    let station = SwitchBench.station(Int.random(in: 0..<30, using: &random))
                    bridge.macTable.addStatic(station, vlan: 0, port: p1.number)
                case 8: bench.datapath.failsToInstall.toggle()
                case 7: bench.target.revalidator.startSweep()
                default:
                    let length = Int.random(in: 60...1500, using: &random)
                    let to = SwitchBench.station(Int.random(in: 0..<30, using: &random))
                    bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(99), to: to), length: length)
                    sent += 1
                    octets += UInt64(length)
                }
            }
            bridge.refreshStatistics()
            #expect(matchAll.packets == sent && matchAll.bytes == octets)
            let table = try #require(bridge.flowTables.table(0))
            #expect(table.lookupCount == sent && table.matchedCount == sent)
            #expect(bench.datapath.misses > 30)
        }
    }

    @Test func missesAreCountedByTheTable() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            var key = FlowKey()
            var mask = FlowMask()
            key.setMAC(FlowField.ethernetSource, SwitchBench.station(1))
            mask.setMAC(FlowField.ethernetSource, .broadcast)
            try bridge.apply(
                FlowMod(command: .delete, table: nil, match: Match(), priority: 0, actions: []))
            try bridge.apply(
                FlowMod(
                    command: .add, table: 0, match: Match(key: key, mask: mask), priority: 1,
                    actions: [.output(.local, maxLength: 0)]))
            bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast))
            #expect(bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(2), to: .broadcast)) == [])
            bridge.refreshStatistics()
            let table = try #require(bridge.flowTables.table(0))
            #expect(table.lookupCount == 2 && table.matchedCount == 1)
        }
    }

    /// The flow that a packet teaches concerns the packet's own flow too, which then may be translated anew before it
    /// has counted the packet.
    @Test func aPacketCountsForWhatItMetThoughItTeachesMore() async throws {
        try await SwitchBench.with { bench in
            let (bridge, key) = try await pupil(of: bench)
            bench.datapath.countsLate = true
            bench.datapath.receive(key, length: 70)
            await bridge.barrier()
            bench.datapath.countLate()
            bridge.refreshStatistics()
            let met = try #require(bridge.flowTables.find(table: 1, match: Match(), priority: 0))
            let learned = try #require(bridge.flowTables.find(table: 1, match: lesson(of: key), priority: 7))
            #expect(met.packets == 1 && met.bytes == 70)
            #expect(learned.packets == 0 && learned.bytes == 0)
            bench.datapath.receive(key, length: 80)
            bridge.refreshStatistics()
            #expect(met.packets == 1 && learned.packets == 1 && learned.bytes == 80)
        }
    }

    /// Packets that pass while their flow is being taken out, after a change, teach too.
    @Test func theLastPacketsOfAFlowTeach() async throws {
        try await SwitchBench.with { bench in
            let (bridge, key) = try await pupil(of: bench)
            bench.datapath.receive(key)
            await bridge.barrier()
            if bench.datapath.flows.isEmpty { bench.datapath.receive(key) }
            await bridge.barrier()
            let flow = try #require(bench.datapath.flows.first)
            bench.datapath.countsLate = true
            bench.datapath.receive(key)
            try bridge.apply(
                FlowMod(command: .delete, table: 1, match: lesson(of: key), priority: 0, actions: []))
            #expect(bridge.flowTables.find(table: 1, match: lesson(of: key), priority: 7) == nil)
            bench.datapath.remove(flow)
            #expect(bridge.flowTables.find(table: 1, match: lesson(of: key), priority: 7) != nil)
        }
    }

    /// A bridge that learns, of every packet, its source in table 1, and looks there; and a packet.
    private func pupil(of bench: SwitchBench) async throws -> (Bridge, FlowKey) {
        let bridge = try await bench.bridge("br0")
        let port = try await bench.port("p1", on: "br0")
        let source = FieldRange(try #require(MatchField.named("eth_src")))
        var learn = LearnAction()
        learn.priority = 7
        learn.steps = [.init(.field(source), .match(source), bits: 48)]
        for (table, actions) in [
            (0, [.learn(learn), .resubmit(ResubmitAction(table: 1))]), (1, [.output(.local, maxLength: 0)]),
        ] as [(UInt8, [Action])] {
            try bridge.apply(FlowMod(command: .add, table: table, match: Match(), priority: 0, actions: actions))
        }
        return (bridge, bench.key(on: port, from: SwitchBench.station(1), to: SwitchBench.station(2)))
    }

    private func lesson(of key: FlowKey) -> Match {
        var mask = FlowMask()
        mask.setMAC(FlowField.ethernetSource, .broadcast)
        return Match(key: key, mask: mask)
    }
}
