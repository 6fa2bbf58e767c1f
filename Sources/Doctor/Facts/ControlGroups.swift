import Machine

/// The limits that a process's control groups set.
struct ControlGroups {
    struct Limit {
        let bytes: Int
        let evidence: String
    }

    struct CoreSet {
        let cores: [Int]
        let evidence: String
    }

    private let tree: FileTree
    /// By controller; the second version's under "".
    private let paths: [String: String]

    init(_ host: Host) {
        tree = host.tree
        var paths: [String: String] = [:]
        for line in tree.lines("/proc/\(host.subjectProcess)/cgroup") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            for controller in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
                paths[String(controller)] = String(parts[2])
            }
        }
        self.paths = paths
    }

    var areKnown: Bool { !paths.isEmpty }

    var evidence: String {
        paths.sorted { $0.key < $1.key }.map { "\($0.key.isEmpty ? "v2" : $0.key):\($0.value)" }.joined(separator: " ")
    }

    /// The least that any group above allows.
    var memory: Limit? {
        least([files("", "memory.max"), files("memory", "memory.limit_in_bytes")].flatMap { $0 })
    }

    /// By page size in KiB, where there is a limit.
    func hugepages(sizes: Set<Int>) -> [(size: Int, limit: Limit)] {
        sizes.sorted().compactMap { size in
            let name = size >= 1 << 20 ? "\(size >> 20)GB" : size >= 1 << 10 ? "\(size >> 10)MB" : "\(size)KB"
            let found = least(files("", "hugetlb.\(name).max") + files("hugetlb", "hugetlb.\(name).limit_in_bytes"))
            return found.map { (size, $0) }
        }
    }

    /// The cores that its group may use.
    var cores: CoreSet? {
        for file in files("", "cpuset.cpus.effective") + files("cpuset", "cpuset.effective_cpus") {
            if let text = tree.word(file), !text.isEmpty { return CoreSet(cores: CoreList(text).cores, evidence: file) }
        }
        return nil
    }

    /// The file in the process's group and in each above it, the nearest first.
    private func files(_ controller: String, _ name: String) -> [String] {
        guard let path = paths[controller] else { return [] }
        let mounts =
            controller.isEmpty ? ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] : ["/sys/fs/cgroup/\(controller)"]
        var parts = path.split(separator: "/")
        var folders = [parts.joined(separator: "/")]
        while parts.popLast() != nil { folders.append(parts.joined(separator: "/")) }
        return mounts.flatMap { mount in folders.map { $0.isEmpty ? "\(mount)/\(name)" : "\(mount)/\($0)/\(name)" } }
    }

    private func least(_ files: [String]) -> Limit? {
        // The first version's way to say that there is no limit is the largest whole number of pages.
        let limits = files.compactMap { file in
            tree.number(file).flatMap { $0 < 1 << 60 ? Limit(bytes: $0, evidence: "\(file): \($0)") : nil }
        }
        return limits.min { $0.bytes < $1.bytes }
    }
}
