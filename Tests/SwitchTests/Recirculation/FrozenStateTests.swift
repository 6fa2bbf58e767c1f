import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

/// Pipelines that wait, and the bridges that they wait in.
@ControlActor
@Suite struct FrozenStateTests {
    private func state(of bridge: Bridge) -> FrozenState {
        FrozenState(
            bridge: bridge, table: 0, metadata: FrozenState.metadata(of: FlowKey()), stack: [], steps: [], actionSet: []
        )
    }

    /// A new bridge may come to lie in memory where one that has gone lay. Were its states taken for those of the old
    /// one, their packets would be lost.
    @Test func aStateOfABridgeThatHasGoneIsNotOneOfANewBridge() async throws {
        try await SwitchBench.with { bench in
            let states = NumberedStates<FrozenState>(numbering: Numbering()) { bench.clock.now }
            for _ in 0..<100 {
                let bridge = try await bench.bridge("br0")
                let id = states.entry(for: state(of: bridge)).id
                #expect(states[id]?.bridge === bridge)
                await bench.target.removeBridge("br0", destroy: true)
            }
            #expect(states.count == 100)
        }
    }
}
