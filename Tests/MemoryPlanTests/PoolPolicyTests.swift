import Logging
import Testing

@testable import MemoryPlan

@Suite struct PoolPolicyTests {
    private func texts(_ policy: PoolPolicy) -> [String] { policy.notices.map { "\($0.level): \($0.text)" } }

    @Test func nothingIsOVSsDefault() {
        let policy = PoolPolicy(otherConfig: [:])
        #expect(policy == PoolPolicy())
        #expect(texts(policy) == ["info: Per port memory for DPDK devices disabled."])
        #expect(policy.bufferClass(mtu: 1500, node: 0) == BufferClass(mtu: 1500))
    }

    @Test func eachPortItsOwn() {
        let policy = PoolPolicy(otherConfig: ["per-port-memory": "true", "shared-mempool-config": "9000"])
        #expect(policy.isPerPort)
        #expect(texts(policy).first == "info: Per port memory for DPDK devices enabled.")
        // Sizes are for pools that are shared.
        #expect(policy.bufferClass(mtu: 1500, node: 0) == BufferClass(mtu: 1500))
    }

    @Test func sizesAreForAllNodesOrOne() {
        let policy = PoolPolicy(otherConfig: ["shared-mempool-config": "9000,1500:1 6000:"])
        #expect(
            policy.sizes == [
                .init(mtu: 9000, node: nil), .init(mtu: 1500, node: 1), .init(mtu: 6000, node: nil),
            ])
        #expect(
            texts(policy).dropFirst() == [
                "info: User configured shared mempool set for: MTU 9000, NUMA ALL.",
                "info: User configured shared mempool set for: MTU 1500, NUMA 1.",
                "info: User configured shared mempool set for: MTU 6000, NUMA ALL.",
            ])
        #expect(policy.bufferClass(mtu: 1400, node: 1) == BufferClass(mtu: 1500))
        #expect(policy.bufferClass(mtu: 1400, node: 0) == BufferClass(mtu: 6000))
        #expect(policy.bufferClass(mtu: 6100, node: 1) == BufferClass(mtu: 6000), "the same class")
        #expect(policy.bufferClass(mtu: 7000, node: 1) == BufferClass(mtu: 9000))
        #expect(policy.bufferClass(mtu: 9700, node: 1) == BufferClass(mtu: 9700))
    }

    @Test(arguments: [
        ("9000,x", "Invalid user configured shared mempool MTU."),
        ("-1", "Invalid user configured shared mempool MTU."),
        ("1500:-1", "Invalid user configured shared mempool NUMA."),
        ("99999999999999999999", "Invalid user configured shared mempool MTU."),
    ])
    func oneBadEntrySpoilsAll(_ list: String, _ complaint: String) {
        let policy = PoolPolicy(otherConfig: ["shared-mempool-config": list])
        #expect(policy.sizes.isEmpty)
        #expect(
            texts(policy).suffix(2) == [
                "warning: \(complaint)", "warning: User configured shared mempools will not be used.",
            ])
    }
}
