import CDPDK
import MemoryPlan
import Testing

@testable import DPDK

/// Pools of a real EAL, which has 256 MiB and no hugepages.
extension LiveDPDKTests {
    private static let needs = PoolNeeds(
        receiveQueues: 1, receiveDescriptors: 64, transmitQueues: 1, transmitDescriptors: 64)

    private static func policy(_ settings: [String: String]) -> PoolPolicy { PoolPolicy(otherConfig: settings) }

    @Test func aPoolIsSharedByNodeAndClassAndFreedWhenEmpty() async throws {
        let pools = pools
        try await live {
            let first = try pools.acquire(mtu: 1500, node: 0, owner: "a", needs: Self.needs)
            let second = try pools.acquire(mtu: 1400, node: 0, owner: "b", needs: Self.needs)
            let other = try pools.acquire(mtu: 3000, node: 0, owner: "c", needs: Self.needs)
            #expect(first === second)
            #expect(first !== other)
            #expect(first.name == "ovs_mp_2030_0_\(first.count)")
            #expect(first.identifier == first.name)
            #expect(first.requested == 262144 && first.count <= 131072, "without hugepages half of the rest at most")
            #expect(first.status.map(\.0) == ["mempool", "mempool_requested", "mempool_granted"])
            #expect(first.available == first.count)
            #expect(first.dataRoom == 2048)
            #expect(first.information.contains("count: avail (\(first.count)), in use (0)"))
            #expect(EALDump.allPools.text.contains(first.name))
            #expect(pools.pools.first?.users == ["a", "b"])
            pools.release(first, by: "a")
            pools.sweep()
            #expect(pools.pools.count == 2)
            #expect(!pools.hasUnused)
            // A buffer that is still out keeps its pool.
            let buffer = try #require(cdpdk_mbuf_alloc(first.raw))
            #expect(buffer.pointee.data_off == 128)
            #expect(Int(buffer.pointee.buf_len) == 2048 + 128)
            #expect(first.inUse == 1)
            pools.release(second, by: "b")
            pools.release(other, by: "c")
            pools.sweep()
            #expect(pools.pools.map(\.pool.name) == [first.name])
            #expect(pools.hasUnused)
            cdpdk_mbuf_free(buffer)
            pools.sweep()
            #expect(pools.pools.isEmpty)
        }
    }

    @Test func aThreadsCacheIsCountedAsItsOwn() async throws {
        let pools = pools
        try await live {
            let pool = try pools.acquire(mtu: 500, node: 0, owner: "a", needs: Self.needs)
            #expect(pool.caches.isEmpty)
            try #require(cdpdk_thread_register() == 0)
            defer { cdpdk_thread_unregister() }
            let buffer = try #require(cdpdk_mbuf_alloc(pool.raw))
            let cached = try #require(pool.caches[Int(cdpdk_thread_number())])
            #expect(cached > 0 && cached <= 512 && pool.caches.count == 1)
            #expect(pool.available == pool.count - 1)
            cdpdk_mbuf_free(buffer)
            #expect(pool.caches[Int(cdpdk_thread_number())] == cached + 1)
            pools.release(pool, by: "a")
            pools.sweep()
            #expect(pools.pools.isEmpty)
        }
    }

    @Test func smallFramesGetFewBuffers() async throws {
        let pools = pools
        try await live {
            let small = try pools.acquire(mtu: 500, node: 0, owner: "a", needs: Self.needs)
            #expect(small.name == "ovs_mp_1006_0_16384")
            #expect(small.requested == 16384 && small.count == 16384)
            pools.release(small, by: "a")
            pools.sweep()
        }
    }

    @Test func poolsOfTheirOwn() async throws {
        let pools = pools
        try await live {
            pools.adopt(Self.policy(["per-port-memory": "true"]))
            let (a, b) = (
                try pools.acquire(mtu: 1500, node: 0, owner: "a", needs: Self.needs),
                try pools.acquire(mtu: 1500, node: 0, owner: "b", needs: Self.needs)
            )
            #expect(a !== b)
            #expect(a.requested == 64 + 64 + 32 + 16384)
            #expect(a.name == b.name && a.identifier != b.identifier)
            #expect(a.identifier.hasPrefix("ovs") && a.identifier.hasSuffix("00020300016544"))
            // The same port with the same needs goes on with what it has.
            #expect(try pools.acquire(mtu: 1400, node: 0, owner: "a", needs: Self.needs) === a)
            pools.release(a, by: "a")
            pools.sweep()
            #expect(pools.pools.count == 2)
            pools.release(a, by: "a")
            pools.release(b, by: "b")
            pools.sweep()
            #expect(pools.pools.isEmpty)
        }
    }

    @Test func portsShareTheSizesOfTheOperator() async throws {
        let pools = pools
        try await live {
            pools.adopt(Self.policy(["shared-mempool-config": "9000,3000:0,1600:1"]))
            let small = try pools.acquire(mtu: 1500, node: 0, owner: "a", needs: Self.needs)
            #expect(small.name.hasPrefix("ovs_mp_3054_0_"))
            #expect(try pools.acquire(mtu: 2900, node: 0, owner: "b", needs: Self.needs) === small)
            let large = try pools.acquire(mtu: 9100, node: 0, owner: "c", needs: Self.needs)
            #expect(large.name.hasPrefix("ovs_mp_9198_0_"), "larger than all of them: its own size")
            for (pool, owner) in [(small, "a"), (small, "b"), (large, "c")] { pools.release(pool, by: owner) }
            pools.sweep()
            #expect(pools.pools.isEmpty)
        }
    }

    @Test func theKernelPortsHaveASmallPool() async throws {
        let pools = pools
        try await live {
            let small = try pools.acquireForKernelPorts(mtu: 1500)
            #expect(try pools.acquireForKernelPorts(mtu: 576 + 1000) === small)
            #expect(small.count == 4096)
            let large = try pools.acquireForKernelPorts(mtu: 9000)
            #expect(large.dataRoom == 9216)
            #expect(pools.pools.allSatisfy { !$0.isShared })
            for pool in [small, small, large] { pools.releaseForKernelPorts(pool) }
            pools.sweep()
            #expect(pools.pools.isEmpty)
        }
    }

    @Test func wantOfMemoryIsToldWithFiguresAndCure() async throws {
        let pools = pools
        try await live {
            var held: [(pool: Mempool, owner: String)] = []
            defer {
                for (pool, owner) in held { pools.release(pool, by: owner) }
                pools.sweep()
                #expect(pools.pools.isEmpty)
            }
            pools.adopt(Self.policy(["per-port-memory": "true"]))
            let needs = PoolNeeds(
                receiveQueues: 4, receiveDescriptors: 4096, transmitQueues: 1, transmitDescriptors: 64)
            let error = #expect(throws: DPDKError.self) {
                for index in 0..<200 {
                    let owner = "big\(index)"
                    held.append((try pools.acquire(mtu: 9000, node: 0, owner: owner, needs: needs), owner))
                }
            }
            #expect(error?.code == .outOfMemory)
            let text = error?.description ?? ""
            #expect(
                text.hasPrefix(
                    "Failed to create memory pool for netdev big\(held.count), with MTU 9000 on socket 0: Cannot "
                        + "allocate memory"))
            #expect(text.contains("MiB free on node 0"))
            #expect(text.contains("-m in other_config:dpdk-extra"))
        }
    }

    @Test func theOutlookIsWhatComesOfIt() async throws {
        let pools = pools
        try await live {
            let memory = try #require(NodeMemory.read(nodes: [0], arguments: ["ovs-vswitchd", "--no-huge"]).first)
            let heap = try #require(memory.heap)
            #expect(memory.growthBytes == 0 && memory.availableBytes == heap.free)
            #expect(heap.largestPiece <= heap.free && heap.free <= heap.total)
            let outlook = pools.outlook(mtu: 9000, memory)
            #expect(outlook.shares == nil && outlook.wanted == 262144 && outlook.fewest == 16384)
            #expect(
                outlook.granted == 0, "256 MiB are too little for 16384 buffers of 9 KiB each and half of the memory")
            let small = pools.outlook(mtu: 1500, memory)
            let pool = try pools.acquire(mtu: 1500, node: 0, owner: "a", needs: Self.needs)
            #expect(pool.count == small.granted)
            #expect(pools.outlook(mtu: 1400, memory).shares == pool.name)
            pools.release(pool, by: "a")
            pools.sweep()
        }
    }

    /// Of drivers that do not tell it is the size that was asked for, or that they always have, and is
    /// said to be a bound.
    @Test func ringsOfDevicesAreToldOrBounded() async throws {
        let devices = devices
        try await live {
            var configuration = EthernetDevice.Configuration()
            (configuration.receiveDescriptors, configuration.transmitDescriptors) = (256, 128)
            let bare = try devices.open(devargs: "net_null_dt8", owner: "p0")
            defer { bare.close() }
            #expect(bare.rings().receiving.isEmpty, "not set up yet")
            _ = try bare.configure(configuration)
            #expect(bare.rings().receiving.isEmpty && bare.rings().transmitting.isEmpty)
            let ring = try devices.open(devargs: "net_ring_dt8", owner: "p1")
            defer { ring.close() }
            _ = try ring.configure(configuration)
            #expect(ring.rings().receiving == [EthernetRing(queue: 0, size: 1023, isTold: false, waiting: nil)])
            #expect(ring.rings().transmitting == [EthernetRing(queue: 0, size: 1023, isTold: false, waiting: nil)])
        }
    }

    @Test func dpdkDescribesItself() async throws {
        try await live {
            #expect(EALDump.heaps.text.contains("Heap id:0"))
            #expect(EALDump.memzones.text.contains("name:rte_eth_dev_data") || EALDump.memzones.text.contains("Zone 0"))
            #expect(EALDump.threads.text.contains("lcore"))
            try EALLogLevel.set("lib.eal:debug")
            #expect(EALDump.logLevels.text.contains("lib.eal, level is debug"))
            try EALLogLevel.set("lib.eal:info")
            #expect(EALDump.logLevels.text.contains("lib.eal, level is info"))
        }
        for (word, text) in [("loud", "invalid log level: 'loud'"), ("lib.eal:", "invalid log level: ''")] {
            let error = #expect(throws: DPDKError.self) { try EALLogLevel.set(word) }
            #expect(error?.description == text)
        }
    }
}
