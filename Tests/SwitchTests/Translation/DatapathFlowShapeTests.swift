import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

/// What tools that read datapath flows rely on: what is looked at, and the order of outputs.
@ControlActor
@Suite struct DatapathFlowShapeTests {
    private func translation(of kind: PortConfiguration.Kind) async throws -> (FlowMask, [String]) {
        let bench = try SwitchBench()
        try await bench.bridge("br0")
        let port = try await bench.port("p1", on: "br0") {
            $0.kind = .datapath(PortConfiguration(name: "p1", kind: kind, typeName: ""))
        }
        try await bench.port("p2", on: "br0")
        let key = bench.key(on: port, from: SwitchBench.station(1), to: .broadcast)
        let result = try #require(bench.target.retranslate(key))
        let outputs = result.actions.compactMap { action -> String? in
            guard case .output(let id) = action else { return nil }
            return bench.target.findBridge(owning: id)?.1.name
        }
        try await bench.close()
        return (result.mask, outputs)
    }

    @Test func flowsFromKernelDevicesLookAtTypeAndFragments() async throws {
        let (mask, _) = try await translation(of: .packetSocket)
        #expect(mask.u16(FlowField.ethernetType) == .max)
        #expect(mask.u8(FlowField.networkFragment) == FlowField.fragmentAny | FlowField.fragmentLater)
    }

    @Test func flowsFromDPDKDevicesLookAtNoMoreThanTheyMust() async throws {
        let (mask, _) = try await translation(of: .dpdk(devargs: "net_null0"))
        #expect(mask.u16(FlowField.ethernetType) == 0)
        #expect(mask.u8(FlowField.networkFragment) == 0)
    }

    @Test func floodingBeginsWithTheBridgesOwnPort() async throws {
        let (_, outputs) = try await translation(of: .tap)
        #expect(outputs == ["br0", "p2"])
    }
}
