import Machine

/// A pool for which there is no memory, in words: what it needs, where, what is there, and which setting mends it.
public struct MemoryShortage: Sendable {
    /// Who asked for the pool.
    public let owner: String
    public let node: Int
    /// The pool with all its buffers.
    public let footprint: PoolFootprint
    /// The pool with as few buffers as it may have.
    public let fewest: PoolFootprint
    /// By node; a node without an entry has nothing.
    public let heaps: [Int: HeapUse]
    public let hugepages: HugepageReport
    public let limit: SocketLimit

    public init(
        owner: String, node: Int, footprint: PoolFootprint, fewest: PoolFootprint, heaps: [Int: HeapUse],
        hugepages: HugepageReport, limit: SocketLimit = SocketLimit()
    ) {
        self.owner = owner
        self.node = node
        self.footprint = footprint
        self.fewest = fewest
        self.heaps = heaps
        self.hugepages = hugepages
        self.limit = limit
    }

    /// "dpdk0: needs 713 MiB for 262144 buffers of 2680 B on NUMA node 2, largest free piece there is 251 MiB; set
    /// other_config:dpdk-socket-mem=256,256,1024,256 …".
    public var text: String {
        let heap = heaps[node] ?? HeapUse()
        return "\(owner): needs \(Self.mebibytes(footprint)) MiB for \(footprint.count) buffers of "
            + "\(footprint.stride) B on NUMA node \(node), largest free piece there is \(heap.largestPiece >> 20) MiB"
            + cure + leastNeed
    }

    /// What is in the way: a limit, pages that the kernel has not got, or that DPDK has not been given enough.
    private var cure: String {
        if let bound = limit.mebibytes(node: node), bound < wantedMiB(node, fewest) {
            return ", and DPDK may have no more than \(bound) MiB; set "
                + "\(limit.setting(node: node, mebibytes: wantedMiB(node, footprint))) and restart the daemon"
                + pagesToReserve
        }
        // Memory that grows has only the kernel's lack in its way.
        if !limit.isReached, freeMiB < moreMiB(fewest) { return pagesToReserve }
        return "; set other_config:dpdk-socket-mem=\(wanted) and restart the daemon" + pagesToReserve
    }

    /// With less than all its buffers a pool comes up, too.
    private var leastNeed: String {
        guard fewest.count < footprint.count else { return "" }
        return "; at least \(Self.mebibytes(fewest)) MiB for \(fewest.count) buffers"
            + (freeMiB < moreMiB(fewest) ? ": '\(hugepages.cure(node: node, mebibytes: moreMiB(fewest)))'" : "")
    }

    private static func mebibytes(_ footprint: PoolFootprint) -> Int {
        Int((UInt64(footprint.bytes) + (1 << 20) - 1) >> 20)
    }

    /// What `dpdk-socket-mem` has to be: on each node what DPDK has, on this one what it lacks on top.
    private var wanted: String {
        let last = max(hugepages.pools.map(\.node).max() ?? 0, heaps.keys.max() ?? 0, node)
        return (0...last).map { String(wantedMiB($0, footprint)) }.joined(separator: ",")
    }

    private func wantedMiB(_ id: Int, _ footprint: PoolFootprint) -> Int {
        let heap = heaps[id] ?? HeapUse()
        let had = Int(heap.total >> 20)
        guard id == node else { return had }
        let used = Int(((heap.total - min(heap.free, heap.total)) + (1 << 20) - 1) >> 20)
        return max(had, PoolFootprint.rounded(used + Self.mebibytes(footprint) + pageMiB, to: pageMiB))
    }

    private var pageMiB: Int {
        let page = hugepages.pools.first { $0.node == node && $0.total > 0 }?.pageKiB ?? 2048
        return max(page / 1024, 1)
    }

    private var freeMiB: Int { hugepages.freeMiB(node: node) }

    /// What DPDK has to take from the kernel on top of what it has.
    private func moreMiB(_ footprint: PoolFootprint) -> Int {
        wantedMiB(node, footprint) - Int((heaps[node] ?? HeapUse()).total >> 20)
    }

    /// A command, when the kernel has not got the pages either.
    private var pagesToReserve: String {
        guard freeMiB < moreMiB(footprint) else { return "" }
        return "; the kernel has \(freeMiB) MiB of hugepages free there: reserve more with '"
            + hugepages.cure(node: node, mebibytes: moreMiB(footprint)) + "'"
    }
}
