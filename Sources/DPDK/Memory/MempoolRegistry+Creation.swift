import CDPDK
import Glibc
import Machine
import MemoryPlan

/// How a pool is made: OVS's steps, names and lines.
extension MempoolRegistry {
    private static let mebibyte: UInt64 = 1 << 20
    private static let cacheLine = 64

    /// Tries the counts in turn.
    func make(_ request: PoolRequest) throws(DPDKError) -> Mempool {
        let hasHugepages = cdpdk_has_hugepages() != 0
        var count = hasHugepages ? request.first : Self.modestCount(request)
        let last = min(hasHugepages ? request.last : min(request.last, 2048), count)
        while true {
            sayAttempt(request, count)
            let (pool, error) = attempt(request, count, hasHugepages)
            if let pool {
                logger.debug("Allocated \"\(pool.name)\" mempool with \(count) mbufs")
                if hasHugepages, count < request.first {
                    logger.info(
                        """
                        Mempool "\(pool.name)": \(count) of the \(request.first) mbufs that were asked for could be \
                        had on socket \(max(request.node, 0))
                        """)
                }
                return pool
            }
            guard error == -ENOMEM, count / 2 >= last else {
                throw failure(request, count: count, error: error)
            }
            logger.debug(
                """
                Failed to create mempool "\(request.name(count: count))" with a request of \(count) mbufs, retrying \
                with \(count / 2) mbufs
                """)
            count /= 2
        }
    }

    private func attempt(_ request: PoolRequest, _ count: Int, _ hasHugepages: Bool) -> (Mempool?, Int32) {
        if hasHugepages, isHopeless(request, count) { return (nil, -ENOMEM) }
        let names = (request.isOwn ? [] : [request.name(count: count)]) + [request.hashedName(count: count)]
        var error: Int32 = 0
        for name in names {
            var raw: UnsafeMutableRawPointer?
            error = cdpdk_pool_create(
                name, UInt32(clamping: count), Self.cache(for: count), UInt16(clamping: request.bufferClass.dataRoom),
                Int32(clamping: hasHugepages ? request.node : Int(CDPDK_ANY_NODE)), hasHugepages ? 1 : 0, &raw)
            if error == 0, let raw { return (Mempool(raw: raw, identifier: name, count: count, request), 0) }
            // Another registry of this process may have a pool of that name.
            if error != -EEXIST { break }
        }
        return (nil, error)
    }

    /// Whether the buffers alone need more than DPDK and the kernel have together on the node. To find that out by
    /// trying takes seconds, in which nobody else gets the pages.
    private func isHopeless(_ request: PoolRequest, _ count: Int) -> Bool {
        guard request.node >= 0, let memory = NodeMemory.read(nodes: [request.node], arguments: []).first else {
            return false
        }
        let stride = PoolFootprint(request.bufferClass, count: count).stride
        return UInt64(stride * count) > memory.availableBytes
    }

    private func sayAttempt(_ request: PoolRequest, _ count: Int) {
        let size = request.bufferClass.dataRoom
        let queues = request.queues.map {
            " for \($0.receiveQueues) Rx and \($0.transmitQueues) Tx queues, cache line size of \(Self.cacheLine)"
        }
        logger.debug(
            """
            Port \(request.owner): Requesting a mempool of \(count) mbufs of size \(size) on socket \
            \(request.node)\(queues ?? "")
            """)
    }

    /// Without hugepages each page that a pool touches is plain memory of the process, and all there is was given at
    /// the start: take at most half of what is left.
    private static func modestCount(_ request: PoolRequest) -> Int {
        guard let heap = HeapUse.read(node: 0) else { return request.first }
        var count = request.first
        while count > 4096, request.bufferClass.bytes(count: count) > heap.free / 2 { count /= 2 }
        return count
    }

    /// Buffers that a thread may keep for itself: few enough that the caches of dozens of threads do
    /// not empty the pool.
    private static func cache(for count: Int) -> UInt32 { min(UInt32(CDPDK_POOL_CACHE), UInt32(clamping: count / 64)) }

    private func failure(_ request: PoolRequest, count: Int, error: Int32) -> DPDKError {
        let node = max(request.node, 0)
        let text = DPDKError.text(error)
        let headline =
            "Failed to create memory pool for netdev \(request.owner), with MTU \(request.mtu) on socket "
            + "\(node): \(text)"
        logger.error(
            "Failed to create mempool \"\(request.name(count: count))\" with a request of \(count) mbufs")
        logger.error("\(headline)")
        guard error == -ENOMEM else { return DPDKError(.system, headline, errno: -error) }
        guard cdpdk_has_hugepages() != 0 else {
            let footprint = PoolFootprint(request.bufferClass, count: count, layout: .init(pageBytes: 0))
            let free = (HeapUse.read(node: 0)?.free ?? 0) / Self.mebibyte
            return DPDKError(
                .outOfMemory,
                "\(headline); \(request.owner): needs \(footprint.bytes >> 20 + 1) MiB for \(count) buffers of "
                    + "\(footprint.stride) B, DPDK has \(free) MiB free on node 0: raise the MiB after -m in "
                    + "other_config:dpdk-extra", errno: ENOMEM)
        }
        return DPDKError(.outOfMemory, "\(headline); \(shortage(request, node, fewest: count).text)", errno: ENOMEM)
    }

    /// - Parameter fewest: how many buffers were tried last.
    private func shortage(_ request: PoolRequest, _ node: Int, fewest: Int) -> MemoryShortage {
        let hugepages = HugepageReport.read()
        var heaps: [Int: HeapUse] = [:]
        for node in Set(hugepages.pools.map(\.node)) { heaps[node] = HeapUse.read(node: node) }
        return MemoryShortage(
            owner: request.owner, node: node, footprint: PoolFootprint(request.bufferClass, count: request.first),
            fewest: PoolFootprint(request.bufferClass, count: fewest), heaps: heaps, hugepages: hugepages, limit: limit)
    }
}
