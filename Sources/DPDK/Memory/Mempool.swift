import CDPDK
import MemoryPlan

/// A pool of packet buffers (`rte_mempool` of mbufs) on one NUMA node.
///
/// The ``MempoolRegistry`` owns it; a holder may use ``raw`` in `cdpdk_` calls from any thread until it has given the
/// pool back.
public final class Mempool: Sendable {
    /// `rte_mempool *`, for `cdpdk_` calls.
    public nonisolated(unsafe) let raw: UnsafeMutableRawPointer
    /// What people call it: `ovs_mp_2030_0_262144` for class, node, count.
    public let name: String
    /// DPDK's own name of it: the same, or one with a hash where several bear that.
    public let identifier: String
    /// The NUMA node asked for; negative: any.
    public let node: Int
    /// How many buffers there are in all.
    public let count: Int
    /// How many were asked for first.
    public let requested: Int
    public let bufferClass: BufferClass

    init(raw: UnsafeMutableRawPointer, identifier: String, count: Int, _ request: PoolRequest) {
        self.raw = raw
        self.identifier = identifier
        self.count = count
        name = request.name(count: count)
        node = request.node
        requested = request.first
        bufferClass = request.bufferClass
    }

    /// Bytes of a buffer behind its headroom.
    public var dataRoom: Int { bufferClass.usableBytes }
    /// Buffers that are free now, those in caches included.
    public var available: Int { Int(cdpdk_pool_available(raw)) }
    /// Buffers that are in use now.
    public var inUse: Int { Int(cdpdk_pool_in_use(raw)) }
    /// Whether every buffer is back.
    var isFull: Bool { available >= count }

    /// Free buffers that threads keep for themselves, by DPDK's number of the thread; those that keep
    /// none are left out.
    public var caches: [Int: Int] {
        var result: [Int: Int] = [:]
        for thread in 0..<UInt32(CDPDK_THREAD_LIMIT) {
            let length = Int(cdpdk_pool_cached(raw, thread))
            if length > 0 { result[Int(thread)] = length }
        }
        return result
    }

    /// What the Interface row's `status` tells of it.
    public var status: [(String, String)] {
        [("mempool", name), ("mempool_requested", String(requested)), ("mempool_granted", String(count))]
    }

    /// What `netdev-dpdk/get-mempool-info PORT` prints. For the ``DPDKQueue``.
    public var information: String {
        EALDump.pool(self).text + "    count: avail (\(available)), in use (\(inUse))\n"
    }
}
