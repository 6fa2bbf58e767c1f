import Machine

/// A pool for which there is no memory, in words: what it needs, where, what is there, and which setting mends it.
public struct MemoryShortage: Sendable {
    /// Who asked for the pool.
    public let owner: String
    public let node: Int
    public let footprint: PoolFootprint
    /// By node; a node without an entry has nothing.
    public let heaps: [Int: HeapUse]
    public let hugepages: HugepageReport
    public let limit: SocketLimit

    public init(
        owner: String, node: Int, footprint: PoolFootprint, heaps: [Int: HeapUse], hugepages: HugepageReport,
        limit: SocketLimit = SocketLimit()
    ) {
        self.owner = owner
        self.node = node
        self.footprint = footprint
        self.heaps = heaps
        self.hugepages = hugepages
        self.limit = limit
    }

    /// "dpdk0: needs 713 MiB for 262144 buffers of 2680 B on NUMA node 2, largest free piece there is 251 MiB; set
    /// other_config:dpdk-socket-mem=256,256,1024,256 …".
    public var text: String {
        let heap = heaps[node] ?? HeapUse()
        return "\(owner): needs \(needMiB) MiB for \(footprint.count) buffers of \(footprint.stride) B on NUMA node "
            + "\(node), largest free piece there is \(heap.largestPiece >> 20) MiB\(cure)" + pagesToReserve
    }

    /// The setting that is in the way: a limit below what is wanted, or else that DPDK has not been given enough.
    private var cure: String {
        if let bound = limit.mebibytes(node: node), bound < wantedMiB(node) {
            return ", and DPDK may have no more than \(bound) MiB; set "
                + "\(limit.setting(node: node, mebibytes: wantedMiB(node))) and restart the daemon"
        }
        return "; set other_config:dpdk-socket-mem=\(wanted) and restart the daemon"
    }

    private var needMiB: Int { Int((UInt64(footprint.bytes) + (1 << 20) - 1) >> 20) }

    /// What `dpdk-socket-mem` has to be: on each node what DPDK has, on this one what it lacks on top.
    private var wanted: String {
        let last = max(hugepages.pools.map(\.node).max() ?? 0, heaps.keys.max() ?? 0, node)
        return (0...last).map { String(wantedMiB($0)) }.joined(separator: ",")
    }

    private func wantedMiB(_ id: Int) -> Int {
        let heap = heaps[id] ?? HeapUse()
        let had = Int(heap.total >> 20)
        guard id == node else { return had }
        let used = Int(((heap.total - min(heap.free, heap.total)) + (1 << 20) - 1) >> 20)
        return max(had, PoolFootprint.rounded(used + needMiB + pageMiB, to: pageMiB))
    }

    private var pageMiB: Int {
        let page = hugepages.pools.first { $0.node == node && $0.total > 0 }?.pageKiB ?? 2048
        return max(page / 1024, 1)
    }

    /// A command, when the kernel has not got the pages either.
    private var pagesToReserve: String {
        let more = wantedMiB(node) - Int((heaps[node] ?? HeapUse()).total >> 20)
        guard hugepages.freeMiB(node: node) < more else { return "" }
        return "; the kernel has \(hugepages.freeMiB(node: node)) MiB of hugepages free there: reserve more with '"
            + hugepages.cure(node: node, mebibytes: more) + "'"
    }
}
