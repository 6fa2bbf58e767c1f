import Machine

/// The machine's processes, as `/proc` tells them.
public struct ProcessTable: Sendable {
    let tree: FileTree

    /// Every process that can be seen, ascending.
    public var identifiers: [Int] { tree.entries("/proc").compactMap { Int($0) }.sorted() }

    public func lives(_ process: Int) -> Bool { tree.exists("/proc/\(process)") }

    public func name(_ process: Int) -> String { tree.word("/proc/\(process)/comm") ?? "?" }

    /// Processes that have a file mapped, by path. A mapping of hugepages needs no open descriptor.
    func mapping(pathsUnder directories: [String]) -> [String: [Int]] {
        var found: [String: [Int]] = [:]
        if directories.isEmpty { return found }
        for process in identifiers {
            var seen: Set<String> = []
            for line in tree.lines("/proc/\(process)/maps") {
                guard let slash = line.firstIndex(of: "/") else { continue }
                let path = String(line[slash...])
                guard directories.contains(where: { path.hasPrefix($0 + "/") }), seen.insert(path).inserted else {
                    continue
                }
                found[path, default: []].append(process)
            }
        }
        return found
    }

    /// The cores that a process may run on: the value of `Cpus_allowed_list`.
    func allowedCores(_ task: String) -> [Int]? {
        tree.lines("/proc/\(task)/status").first { $0.hasPrefix("Cpus_allowed_list:") }
            .map { CoreList($0.dropFirst("Cpus_allowed_list:".count)).cores }
    }

    /// Whether it is kept from running, by a signal or by who traces it, until it is told to go on.
    func isStopped(_ process: Int) -> Bool {
        tree.lines("/proc/\(process)/status").first { $0.hasPrefix("State:") }
            .flatMap { $0.dropFirst("State:".count).first { !$0.isWhitespace } }.map { "Tt".contains($0) } ?? false
    }

    /// The user that a process acts as; nil when it cannot be seen.
    func user(_ process: String) -> UInt32? {
        tree.lines("/proc/\(process)/status").first { $0.hasPrefix("Uid:") }
            .flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst(2).first }.flatMap { UInt32($0) }
    }

    /// Whether it is a thread of the kernel: those have no memory of their own.
    func isKernelThread(_ process: Int) -> Bool {
        !tree.lines("/proc/\(process)/status").contains { $0.hasPrefix("VmSize:") }
    }
}
