import TestSupport
import Testing

@testable import Machine

@Suite struct NUMATopologyTests {
    @Test func twoNodes() throws {
        let directory = try TemporaryDirectory()
        for core in 0..<12 { try directory.write("node/node\(core % 2)/cpu\(core)/online", "1") }
        try directory.write("node/node0/cpulist", "0,2")
        try directory.write("node/possible", "0-1")
        let topology = NUMATopology.discover(root: directory.path)
        #expect(
            topology.nodes == [
                .init(id: 0, cores: [0, 2, 4, 6, 8, 10]), .init(id: 1, cores: [1, 3, 5, 7, 9, 11]),
            ])
        #expect(topology.coreCount == 12)
        #expect(topology.node(ofCore: 11) == 1)
        #expect(topology.node(ofCore: 12) == nil)
    }

    @Test func kernelWithoutNUMA() throws {
        let directory = try TemporaryDirectory()
        for core in 0..<3 { try directory.write("cpu/cpu\(core)/online", "1") }
        try directory.write("cpu/cpufreq/x", "")
        #expect(NUMATopology.discover(root: directory.path).nodes == [.init(id: 0, cores: [0, 1, 2])])
    }

    @Test func thisMachine() {
        #expect(NUMATopology.discover().coreCount > 0)
    }
}
