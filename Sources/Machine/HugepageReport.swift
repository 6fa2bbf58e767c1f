import FoundationEssentials

/// How many hugepages the kernel has, by node and size, and where hugetlbfs is mounted: the figures for messages about
/// memory that is missing.
public struct HugepageReport: Sendable, Equatable, Codable {
    public struct Pool: Sendable, Equatable, Codable {
        public let node: Int
        public let pageKiB: Int
        public let total: Int
        public let free: Int

        public init(node: Int, pageKiB: Int, total: Int, free: Int) {
            self.node = node
            self.pageKiB = pageKiB
            self.total = total
            self.free = free
        }

        public var freeMiB: Int { free * pageKiB / 1024 }
        public var totalMiB: Int { total * pageKiB / 1024 }
    }

    /// Ascending by node, then by page size.
    public let pools: [Pool]
    /// Where hugetlbfs is mounted, by page size in KiB.
    public let mounts: [Int: String]

    public init(pools: [Pool], mounts: [Int: String]) {
        self.pools = pools
        self.mounts = mounts
    }

    /// Reads sysfs and the mount table.
    public static func read(
        root: String = "/sys/devices/system", mountTable: String = "/proc/mounts", meminfo: String = "/proc/meminfo"
    ) -> HugepageReport {
        var pools: [Pool] = []
        for node in NUMATopology.discover(root: root).nodes {
            let directory = "\(root)/node/node\(node.id)/hugepages"
            for entry in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
                guard entry.hasPrefix("hugepages-"), entry.hasSuffix("kB"),
                    let pageKiB = Int(entry.dropFirst(10).dropLast(2))
                else { continue }
                let files = "\(directory)/\(entry)"
                pools.append(
                    Pool(
                        node: node.id, pageKiB: pageKiB, total: number("\(files)/nr_hugepages"),
                        free: number("\(files)/free_hugepages")))
            }
        }
        pools.sort { ($0.node, $0.pageKiB) < ($1.node, $1.pageKiB) }
        let table = TextFile.read(mountTable) ?? ""
        return HugepageReport(pools: pools, mounts: parseMounts(table, defaultKiB: defaultPageKiB(meminfo)))
    }

    /// Whether any page of any size is reserved.
    public var hasAny: Bool { pools.contains { $0.total > 0 } }

    /// MiB free on a node, over all page sizes.
    public func freeMiB(node: Int) -> Int {
        pools.filter { $0.node == node }.reduce(0) { $0 + $1.freeMiB }
    }

    /// "node 0: 12 of 1024 hugepages of 2048 kB free, node 1: …"; sizes of which nothing is reserved are left out
    /// unless nothing is reserved at all.
    public var figures: String {
        let shown = hasAny ? pools.filter { $0.total > 0 } : pools.filter { $0.pageKiB == pools.first?.pageKiB }
        if shown.isEmpty { return "this kernel has no hugepages" }
        return shown.map { "node \($0.node): \($0.free) of \($0.total) hugepages of \($0.pageKiB) kB free" }
            .joined(separator: ", ")
    }

    /// The command that leaves `mebibytes` free on a node with the smallest page size.
    public func cure(node: Int, mebibytes: Int) -> String {
        let pool = pools.first { $0.node == node } ?? Pool(node: node, pageKiB: 2048, total: 0, free: 0)
        let pages = (max(mebibytes, 1) * 1024 + pool.pageKiB - 1) / pool.pageKiB
        return Self.command(reserving: pool.total - pool.free + pages, node: node, pageKiB: pool.pageKiB)
    }

    /// The command after which a node has so many pages of a size, those in use included.
    public static func command(reserving pages: Int, node: Int, pageKiB: Int) -> String {
        "echo \(pages) > /sys/devices/system/node/node\(node)/hugepages/hugepages-\(pageKiB)kB/nr_hugepages"
    }

    /// The hugetlbfs lines of a mount table; a mount without `pagesize=` has the default size.
    static func parseMounts(_ table: String, defaultKiB: Int) -> [Int: String] {
        var mounts: [Int: String] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 4, words[2] == "hugetlbfs" else { continue }
            let option = words[3].split(separator: ",").first { $0.hasPrefix("pagesize=") }
            let size = option.flatMap { pageSize(String($0.dropFirst(9))) } ?? defaultKiB
            mounts[size] = mounts[size] ?? String(words[1])
        }
        return mounts
    }

    /// "2M", "1024M", "1G", "64K" in KiB.
    private static func pageSize(_ text: String) -> Int? {
        guard let unit = text.last, let number = Int(text.dropLast()) else { return nil }
        switch unit {
        case "K", "k": return number
        case "M", "m": return number.multipliedReportingOverflow(by: 1024).partialValue
        case "G", "g": return number.multipliedReportingOverflow(by: 1024 * 1024).partialValue
        default: return nil
        }
    }

    private static func defaultPageKiB(_ meminfo: String) -> Int {
        let text = TextFile.read(meminfo) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("Hugepagesize:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 2048
    }

    private static func number(_ path: String) -> Int {
        let text = TextFile.read(path) ?? ""
        return Int(text.filter { !$0.isWhitespace }) ?? 0
    }
}
