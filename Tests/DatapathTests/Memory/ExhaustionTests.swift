import CDPDK
import Control
import DPDK
import MemoryPlan
import Packets
import Testing

@testable import Datapath

/// What happens when there are no buffers, and who is said to have them.
///
/// Beside the tests of dummy ports, as a process has one EAL.
extension DummyPortTests {
    /// Takes all buffers of a pool but those in caches of threads.
    private static func drain(_ pool: Mempool) -> [UnsafeMutablePointer<cdpdk_mbuf>] {
        var taken: [UnsafeMutablePointer<cdpdk_mbuf>] = []
        while let mbuf = cdpdk_mbuf_alloc(pool.raw) { taken.append(mbuf) }
        return taken
    }

    /// Buffers by kind of holder, without the bounds.
    private static func held(_ pool: PacketMemory.Pool) -> [BufferHolder.Kind: Int] {
        pool.holders.filter { !$0.isBound }.reduce(into: [:]) { $0[$1.kind, default: 0] += $1.buffers }
    }

    @Test("A packet-out that finds no buffer is counted at its ports; with buffers it goes out")
    @ControlActor func packetOut() async throws {
        try await withPorts(["p1": DummySettings(), "p2": DummySettings()]) { datapath, _, ids in
            let (first, second) = (try #require(ids["p1"]), try #require(ids["p2"]))
            let pool = try #require(datapath.kernelPool)
            let frame = [UInt8](repeating: 0x22, count: 60)
            datapath.execute(frame, actions: [.output(first)])
            await datapath.synchronize()
            #expect(datapath.statistics(of: first)?.transmittedPackets == 1)
            let taken = Self.drain(pool)
            #expect(taken.count > 2000)
            for _ in 0..<3 { datapath.execute(frame, actions: [.output(first), .output(second)]) }
            await datapath.synchronize()
            for id in [first, second] {
                let figures = try #require(datapath.statistics(of: id))
                #expect(figures.drops[.packetOutFailed] == 3)
                #expect(figures.named["ovs_packet_out_mbuf_allocation_errors"] == 3)
            }
            taken.forEach { cdpdk_mbuf_free($0) }
            datapath.execute(frame, actions: [.output(first)])
            await datapath.synchronize()
            #expect(datapath.statistics(of: first)?.transmittedPackets == 2)
        }
    }

    @Test("What waits for control is control's; what nobody known has is told as such")
    @ControlActor func holders() async throws {
        try await withPorts(["p1": DummySettings()]) { datapath, _, _ in
            let pool = try #require(datapath.kernelPool)
            let thread = try #require(datapath.kernelThread)
            func picture() async throws -> PacketMemory.Pool {
                let memory = try await datapath.packetMemory()
                #expect(memory.nodes.first?.memory.heap != nil)
                return try #require(memory.pools.first { $0.identifier == pool.identifier })
            }
            var found = try await picture()
            #expect(found.users == ["kernel ports"] && found.granted == pool.count && found.node == nil)
            #expect(Self.held(found).values.reduce(0, +) == pool.count)
            #expect(Self.held(found)[.unaccounted] == nil)
            // Two packets, one of two buffers, in the ring to control, which does not hear of them.
            for parts in 1...2 {
                let mbuf = try #require(cdpdk_mbuf_alloc(pool.raw))
                if parts == 2 {
                    mbuf.pointee.next = try #require(cdpdk_mbuf_alloc(pool.raw))
                    mbuf.pointee.nb_segs = 2
                }
                var item: UnsafeMutableRawPointer? = UnsafeMutableRawPointer(mbuf)
                #expect(cdpdk_ring_enqueue_burst(thread.rings.upcalls, &item, 1) == 1)
            }
            found = try #require(datapath.poolPictures().first { $0.identifier == pool.identifier })
            #expect(Self.held(found)[.control] == 3)
            #expect(Self.held(found).values.reduce(0, +) == pool.count)
            while let mbuf = thread.nextUpcall() { cdpdk_mbuf_free(mbuf) }
            let stolen = Self.drain(pool)
            found = try await picture()
            let underWay = Self.held(found)[.underWay] ?? 0
            #expect((Self.held(found)[.unaccounted] ?? 0) + underWay >= stolen.count)
            #expect(underWay <= ThreadCore.burst)
            stolen.forEach { cdpdk_mbuf_free($0) }
        }
    }

    @Test(
        "Frames stay with a guest while there are no buffers, are counted, and come when there are; a few are enough",
        arguments: FakeGuest.Kind.allCases)
    @ControlActor func guests(kind: FakeGuest.Kind) async throws {
        try await withPorts(["p1": DummySettings()]) { datapath, _, _ in
            let pool = try await Self.queue.run { () throws(DPDKError) -> Mempool in
                try Self.pools.acquire(
                    mtu: 500, node: 0, owner: "vm1",
                    needs: PoolNeeds(
                        receiveQueues: 1, receiveDescriptors: 1, transmitQueues: 1, transmitDescriptors: 1))
            }
            defer { Self.pools.release(pool, by: "vm1") }
            let rings = try #require(ThreadRings(thread: ThreadID(core: 0), serial: 2000))
            var core = ThreadCore(thread: ThreadID(core: 0), rings: rings)
            let guest = FakeGuest(kind)
            var queue = ReceiveQueue()
            queue.kind = .guest
            queue.guestRing = guest.ring
            queue.pool = pool.raw
            let counters = UnsafeMutablePointer<VhostQueueCounters>.allocate(capacity: 1)
            defer { counters.deallocate() }
            counters.initialize(to: VhostQueueCounters())
            queue.counters = counters
            for number in 0..<32 {
                guest.store([UInt8](repeating: UInt8(number), count: 72), at: FakeGuest.buffer(number))
                guest.offer([.init(address: FakeGuest.buffer(number), length: 72)], id: UInt16(number))
            }
            var taken = Self.drain(pool)
            #expect(taken.count == pool.count)
            #expect(core.receiveFromGuest(&queue) == 0)
            #expect(core.receiveFromGuest(&queue) == 0)
            #expect(counters.pointee.withoutBuffer == 2 && counters.pointee.packets == 0)
            #expect(guest.used().isEmpty)
            // Two for thirty-two: two frames come.
            for _ in 0..<2 { cdpdk_mbuf_free(taken.removeLast()) }
            var received = 0
            for count in [core.receiveFromGuest(&queue), core.receiveFromGuest(&queue)] { received += count }
            #expect(received == 2)
            cdpdk_mbuf_free_bulk(core.mbufs, 2)
            for mbuf in taken { cdpdk_mbuf_free(mbuf) }
            #expect(core.receiveFromGuest(&queue) == 30)
            #expect(counters.pointee.packets == 32 && counters.pointee.errors == 0)
            cdpdk_mbuf_free_bulk(core.mbufs, 30)
            #expect(pool.available == pool.count)
            rings.free()
            withExtendedLifetime(guest) {}
        }
    }
}
