import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

/// Random tables and random packets: what the datapath does by a translation is what the pipeline does, for the packet
/// and for every other one that agrees with it under the mask.
@ControlActor
@Suite struct PipelinePropertyTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func translationsAreRightForAllTheyCover(seed: UInt64) async throws {
        try await SwitchBench.with { bench in
            var random = RandomPipeline(seed: seed)
            let bridge = try await bench.bridge("br0") { $0.failMode = .secure }
            var ports: [BridgePort] = []
            for index in 1...3 { ports.append(try await bench.port("p\(index)", on: "br0")) }
            var compared = 0
            var covered = 0
            for _ in 0..<8 {
                _ = bridge.flowTables.removeAll()
                try random.fill(bridge)
                for _ in 0..<120 {
                    let port = ports.randomElement(using: &random.generator)!
                    let id = try #require(port.portID).rawValue
                    let packet = random.packet()
                    let key = packet.key(inPort: id)
                    let translation = try #require(bench.target.retranslate(key))
                    #expect(compare(packet, port, translation, bench.target))
                    compared += 1
                    for _ in 0..<8 {
                        let other = random.variant(of: packet)
                        guard other.key(inPort: id).matches(key, under: translation.mask) else { continue }
                        covered += 1
                        guard compare(other, port, translation, bench.target) else {
                            Issue.record("\(packet) made a flow that does wrong to \(other)")
                            return
                        }
                    }
                }
            }
            #expect(compared == 960 && covered > 500)
        }
    }

    /// Whether the program does to a packet what the pipeline does; what is unclear is taken for right.
    private func compare(
        _ packet: ModelPacket, _ port: BridgePort, _ translation: Translation, _ target: Switch
    ) -> Bool {
        guard let id = port.portID?.rawValue else { return false }
        let pipeline = ModelPipeline(port.bridge, packet, inPort: port.number)
        pipeline.run()
        if pipeline.isUnclear { return true }
        var datapath = ModelDatapath(target, inPort: id)
        var copy = packet
        datapath.run(translation.actions, &copy)
        let same =
            datapath.fault == nil && datapath.events.count == pipeline.events.count
            && zip(datapath.events, pipeline.events).allSatisfy(Self.agree)
        if !same {
            Issue.record(
                """
                \(packet)
                does \(DatapathAction.text(translation.actions)) \(datapath.fault ?? "")
                is: \(datapath.events)
                should be: \(pipeline.events)
                """)
        }
        return same
    }

    /// Reasons of packet-ins are told apart only where the model knows them.
    private static func agree(_ left: ModelEvent, _ right: ModelEvent) -> Bool {
        if case .punted(_, let packet) = left, case .punted(255, let other) = right { return packet == other }
        return left == right
    }
}
