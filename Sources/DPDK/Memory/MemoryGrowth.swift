/// How far DPDK's memory may still grow, as the EAL was told.
struct MemoryGrowth: Equatable {
    /// Whether hugepages are taken from the kernel as they are needed.
    let isDynamic: Bool
    /// `--socket-limit`: MiB per node; 0, and a node that is not named: as much as there is.
    let limitsMiB: [Int]

    /// - Parameter arguments: the EAL's argument vector.
    init(arguments: [String]) {
        isDynamic = !arguments.contains { $0 == "--legacy-mem" || $0 == "--no-huge" }
        var limits: Substring = ""
        for (index, word) in arguments.enumerated() {
            if word == "--socket-limit", index + 1 < arguments.count { limits = arguments[index + 1][...] }
            if word.hasPrefix("--socket-limit=") { limits = word.dropFirst("--socket-limit=".count) }
        }
        limitsMiB = limits.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    }

    /// Bytes that a node may gain.
    func bytes(node: Int, heap: UInt64, freePages: UInt64) -> UInt64 {
        guard isDynamic else { return 0 }
        guard node < limitsMiB.count, limitsMiB[node] > 0 else { return freePages }
        let limit = UInt64(limitsMiB[node]) << 20
        return min(freePages, limit - min(limit, heap))
    }
}
