import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

@ControlActor
@Suite struct PatchTests {
    @Test func packetsCrossAndAreCounted() async throws {
        try await SwitchBench.with { bench in
            let left = try await bench.bridge("left")
            let right = try await bench.bridge("right")
            let p1 = try await bench.port("p1", on: "left")
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast)
            let out = try await bench.patch("to-right", to: "to-left", on: "left")
            #expect(bench.ports(bench.datapath.receive(key)) == ["left"])
            let arrival = try await bench.patch("to-left", to: "to-right", on: "right")
            let p2 = try await bench.port("p2", on: "right") { $0.vlan.mode = .access }
            await left.barrier()
            #expect(bench.ports(bench.datapath.receive(key, length: 70)) == ["left", "right", "p2"])
            #expect(bench.datapath.misses == 1)
            left.refreshStatistics()
            // The first packet came before there was a way across.
            #expect(out.statistics.transmittedPackets == 1 && out.statistics.transmittedBytes == 70)
            #expect(arrival.statistics.receivedPackets == 1 && arrival.statistics.receivedBytes == 70)
            #expect(out.statistics.receivedPackets == 0)
            #expect(right.macTable.lookup(SwitchBench.station(1), vlan: 0) == arrival.number)
            let reply = bench.key(on: p2, from: SwitchBench.station(2), to: SwitchBench.station(1))
            #expect(bench.ports(bench.datapath.receive(reply)) == ["p1"])
            await bench.target.removePort("to-left", from: "right", destroy: false)
            await bench.target.synchronize()
            #expect(bench.ports(bench.datapath.receive(key)) == ["left"])
        }
    }

    @Test func aPeerThatNamesAnotherIsNone() async throws {
        try await SwitchBench.with { bench in
            try await bench.bridge("left")
            try await bench.bridge("right")
            let p1 = try await bench.port("p1", on: "left")
            try await bench.patch("a", to: "b", on: "left")
            try await bench.patch("b", to: "c", on: "right")
            #expect(
                bench.ports(bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast)))
                    == ["left"])
            try await bench.target.updatePort(BridgePortConfiguration(name: "b", kind: .patch(peer: "a")), of: "right")
            await bench.target.synchronize()
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast)
            #expect(bench.ports(bench.datapath.receive(key)) == ["left", "right"])
        }
    }

    @Test func loopsEnd() async throws {
        try await SwitchBench.with { bench in
            try await bench.bridge("left")
            try await bench.bridge("right")
            let p1 = try await bench.port("p1", on: "left")
            for pair in ["x", "y", "z"] {
                try await bench.patch("l\(pair)", to: "r\(pair)", on: "left")
                try await bench.patch("r\(pair)", to: "l\(pair)", on: "right")
            }
            let actions = bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast))
            #expect(actions.count <= 2 * Translator.maximumLookups)
            #expect(bench.ports(actions).contains("right"))
        }
    }

    /// A packet that does nothing but run in circles is dropped, and the reason is told.
    @Test func circlesAreCounted() async throws {
        try await SwitchBench.with { bench in
            let left = try await bench.bridge("left") { $0.failMode = .secure }
            let right = try await bench.bridge("right") { $0.failMode = .secure }
            let p1 = try await bench.port("p1", on: "left")
            let a = try await bench.patch("a", to: "b", on: "left")
            let b = try await bench.patch("b", to: "a", on: "right")
            try left.apply(.add(priority: 1, outputs: [a.number, .inPort]) { _, _ in })
            try right.apply(.add(priority: 1, outputs: [.inPort]) { _, _ in })
            _ = b
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast)
            #expect(bench.ports(bench.datapath.receive(key)) == ["p1"])
            try left.apply(.add(priority: 1, outputs: [a.number]) { _, _ in })
            try left.apply(
                .add(priority: 2, outputs: [.inPort]) { key, mask in
                    key.setHost32(FlowField.inPort, UInt32(a.number.rawValue))
                    mask.setHost32(FlowField.inPort, 0xffff_ffff)
                })
            await left.barrier()
            #expect(bench.datapath.receive(key) == [.drop(.tooDeep)])
        }
    }

    /// The tag that NORMAL pops here is gone over there, and what was the inner one decides.
    @Test func theFarBridgeSeesTheTagsAsSent() async throws {
        try await SwitchBench.with { bench in
            let left = try await bench.bridge("left")
            try await bench.bridge("right")
            let p1 = try await bench.port("p1", on: "left")
            var configuration = BridgePortConfiguration(name: "a", kind: .patch(peer: "b"))
            configuration.vlan.mode = .access
            configuration.vlan.tag = 10
            let patch = try await bench.target.addPort(configuration, to: "left")
            // What has a second tag is not flooded to an access port, but goes to whom is known to be there.
            left.macTable.addStatic(SwitchBench.station(2), vlan: 10, port: patch.number)
            try await bench.patch("b", to: "a", on: "right")
            try await bench.port("p7", on: "right") {
                $0.vlan.mode = .access
                $0.vlan.tag = 7
            }
            for inner in [UInt16(7), 8] {
                let key = bench.key(
                    on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2),
                    tags: [(0x8100, 10), (0x8100, inner)])
                let came = SwitchBench.outputs(of: bench.datapath.receive(key), from: key)
                let port = try #require(bench.target.port(named: "p7")?.1.portID)
                #expect(came[port] == (inner == 7 ? [[]] : nil))
            }
        }
    }
}
