import Machine
import Testing

@testable import DPDK

@Suite struct NodeMemoryTests {
    /// The kernel's figures are there without an EAL, on nodes that exist.
    @Test func withoutDPDK() throws {
        let report = HugepageReport.read()
        let memory = NodeMemory.read(nodes: [0, 99], arguments: nil)
        #expect(memory.map(\.node) == [0, 99])
        let first = try #require(memory.first)
        #expect(first.pages.map(\.pageKib) == report.pools.filter { $0.node == 0 }.map(\.pageKiB))
        #expect(first.pages.allSatisfy { $0.mappedBytes == 0 })
        #expect(first.heap == nil && first.availableBytes == 0)
        #expect(memory.last?.pages.isEmpty == true)
    }
}
