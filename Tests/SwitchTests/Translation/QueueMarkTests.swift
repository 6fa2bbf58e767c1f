import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

/// What the packets of a port's queues bear as DSCP.
@ControlActor
@Suite struct QueueMarkTests {
    private func rewrites(_ actions: [DatapathAction]) -> [String] {
        actions.compactMap { action in
            switch action {
            case .output(let id): "\(id.rawValue)"
            case .set(let rewrite) where rewrite.header == .ipv4: "tos"
            case .set: "priority"
            default: "other"
            }
        }
    }

    @Test func packetsOfAQueueAreMarkedOnItsPortAlone() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let marked = try await bench.port("p1", on: "br0") { $0.queueDSCP = [1: 10, 2: 20] }
            let plain = try await bench.port("p2", on: "br0")
            let from = try await bench.port("p3", on: "br0")
            var change = FlowMod(command: .add, table: 0, match: Match(), priority: 1, actions: [])
            change.actions = [
                .enqueue(marked.number, queue: 1), .output(plain.number, maxLength: 0),
                .output(marked.number, maxLength: 0),
            ]
            _ = try bridge.flowTables.apply(change)
            var key = bench.key(on: from, from: SwitchBench.station(1), to: SwitchBench.station(2))
            key.setU8(FlowField.networkProtocol, 17)
            key.setU8(FlowField.networkTOS, 0x81)
            let translation = try #require(bench.target.retranslate(key))
            let (one, two) = (marked.portID?.rawValue ?? 0, plain.portID?.rawValue ?? 0)
            #expect(
                rewrites(translation.actions) == ["tos", "priority", "\(one)", "tos", "priority", "\(two)", "\(one)"])
            // What is put back was looked at.
            #expect(translation.mask.u8(FlowField.networkTOS) & 0xfc == 0xfc)
            let values = translation.actions.compactMap { action -> UInt8? in
                guard case .set(let rewrite) = action, rewrite.header == .ipv4 else { return nil }
                var changed = key
                for word in rewrite.words {
                    changed[Int(word.index)] = changed[Int(word.index)] & ~word.mask | word.value
                }
                return changed.u8(FlowField.networkTOS)
            }
            #expect(values == [10 << 2 | 1, 0x81])

            // Of what is no IP packet there is nothing to mark.
            key.setU16(FlowField.ethernetType, 0x1234)
            let other = try #require(bench.target.retranslate(key))
            #expect(!rewrites(other.actions).contains("tos"))
        }
    }
}
