import MemoryPlan

/// How far DPDK's memory may still grow, as the EAL was told.
struct MemoryGrowth: Equatable {
    /// Whether hugepages are taken from the kernel as they are needed.
    let isDynamic: Bool
    let limit: SocketLimit

    /// - Parameter arguments: the EAL's argument vector.
    init(arguments: [String]) {
        isDynamic = !arguments.contains { $0 == "--legacy-mem" || $0 == "--no-huge" }
        limit = SocketLimit(arguments: arguments)
    }

    /// Bytes that a node may gain.
    func bytes(node: Int, heap: UInt64, freePages: UInt64) -> UInt64 {
        guard isDynamic else { return 0 }
        guard let limit = limit.mebibytes(node: node).map({ UInt64($0) << 20 }) else { return freePages }
        return min(freePages, limit - min(limit, heap))
    }
}
