import Testing

@testable import DPDK

@Suite struct MemoryGrowthTests {
    @Test func pagesAreTakenAsTheyAreNeeded() {
        let growth = MemoryGrowth(arguments: ["ovs-vswitchd", "--in-memory"])
        #expect(growth.bytes(node: 0, heap: 100, freePages: 7 << 20) == 7 << 20)
    }

    @Test(arguments: [["--legacy-mem"], ["--no-huge"]])
    func someMemoryNeverGrows(_ words: [String]) {
        #expect(MemoryGrowth(arguments: words).bytes(node: 0, heap: 0, freePages: 1 << 30) == 0)
    }

    @Test(arguments: [["--socket-limit", "0,64"], ["--socket-limit=0,64"]])
    func aNodeMayHaveALimit(_ words: [String]) {
        let growth = MemoryGrowth(arguments: words)
        #expect(growth.bytes(node: 0, heap: 0, freePages: 1 << 30) == 1 << 30, "0: none")
        #expect(growth.bytes(node: 1, heap: 60 << 20, freePages: 1 << 30) == 4 << 20)
        #expect(growth.bytes(node: 1, heap: 70 << 20, freePages: 1 << 30) == 0)
        #expect(growth.bytes(node: 1, heap: 60 << 20, freePages: 2 << 20) == 2 << 20)
        #expect(growth.bytes(node: 2, heap: 0, freePages: 5) == 5, "not named")
    }

    @Test func absurdLimitsDoNotTrap() {
        let growth = MemoryGrowth(arguments: ["--socket-limit=,-5,99999999999999999999,9000000000000000000"])
        for node in 0..<5 { _ = growth.bytes(node: node, heap: .max, freePages: .max) }
    }
}
