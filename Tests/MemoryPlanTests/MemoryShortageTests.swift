import Machine
import MemoryPlan
import Testing

@Suite struct MemoryShortageTests {
    private func shortage(freePages: Int, fewest: Int = 262_144, limit: SocketLimit = SocketLimit()) -> String {
        let pools = (0..<4).map { HugepageReport.Pool(node: $0, pageKiB: 2048, total: 1024, free: freePages) }
        let heap = HeapUse(total: 256 << 20, free: 251 << 20, largestPiece: 250 << 20)
        return MemoryShortage(
            owner: "dpdk0", node: 2, footprint: PoolFootprint(BufferClass(mtu: 1500), count: 262_144),
            fewest: PoolFootprint(BufferClass(mtu: 1500), count: fewest),
            heaps: [0: heap, 1: heap, 2: heap, 3: heap], hugepages: HugepageReport(pools: pools, mounts: [:]),
            limit: limit
        ).text
    }

    @Test func saysNeedHaveNodeAndSetting() {
        let text = shortage(freePages: 896)
        #expect(text.hasPrefix("dpdk0: needs 598 MiB for 262144 buffers of 2368 B on NUMA node 2, "))
        #expect(text.contains("largest free piece there is 250 MiB; "))
        #expect(text.contains("other_config:dpdk-socket-mem=256,256,606,256"))
        #expect(!text.contains("echo"))
    }

    @Test func memoryThatGrowsIsMendedByPagesAlone() {
        let command = "'echo 1199 > /sys/devices/system/node/node2/hugepages/hugepages-2048kB/nr_hugepages'"
        let text = shortage(freePages: 0)
        #expect(text.contains(command) && !text.contains("dpdk-socket-mem") && !text.contains("restart"))
        // Memory that is taken at the start alone needs both.
        let fixed = shortage(freePages: 0, limit: SocketLimit(otherConfig: ["dpdk-extra": "--legacy-mem"]))
        #expect(
            fixed.contains(command) && fixed.contains("set other_config:dpdk-socket-mem=256,256,606,256 and restart"))
    }

    @Test func saysWhatTheFewestBuffersNeed() {
        // 131072 of them need 300 MiB, 52 more than there are.
        let text = shortage(freePages: 0, fewest: 131_072)
        #expect(text.hasPrefix("dpdk0: needs 598 MiB for 262144 buffers of 2368 B on NUMA node 2, largest free piece"))
        #expect(
            text.hasSuffix(
                "; at least 300 MiB for 131072 buffers: "
                    + "'echo 1050 > /sys/devices/system/node/node2/hugepages/hugepages-2048kB/nr_hugepages'"))
    }

    @Test(arguments: [
        (["dpdk-socket-limit": "0,0,300"], "set other_config:dpdk-socket-limit=0,0,606 and"),
        (["dpdk-extra": "--socket-limit=0,0,300,64", "dpdk-socket-limit": "1"],
            "set --socket-limit=0,0,606,64 in other_config:dpdk-extra and"),
    ])
    func namesTheLimitThatIsInTheWay(_ settings: [String: String], _ cure: String) {
        let text = shortage(freePages: 896, limit: SocketLimit(otherConfig: settings))
        #expect(text.contains("largest free piece there is 250 MiB, and DPDK may have no more than 300 MiB; \(cure)"))
        #expect(!text.contains("dpdk-socket-mem"))
    }

    @Test(arguments: ["0,0,0", "300", "0,0,606"])
    func aLimitThatLeavesRoomIsNotBlamed(_ limit: String) {
        let text = shortage(freePages: 896, limit: SocketLimit(otherConfig: ["dpdk-socket-limit": limit]))
        #expect(text.contains("other_config:dpdk-socket-mem=256,256,606,256") && !text.contains("limit"))
    }
}
