import Machine

/// Sockets and pidfiles in the run directory that dead processes left.
struct StaleSocketCheck: Check {
    let subject = "run directory"

    func examine(_ host: Host) -> [Finding] {
        let folder = host.runDirectory
        switch host.tree.access(folder) {
        case .absent: return [Finding(.note, "\(folder) is not there", evidence: "no daemon has been started with it")]
        case .forbidden:
            return [
                Finding(.warning, "\(folder) cannot be read", evidence: "permission denied", cure: "ask as root")
            ]
        case .readable: break
        }
        let bound = boundSockets(host)
        let names = host.tree.entries(folder)
        let dead = names.filter { isDead($0, folder, bound, host) }
        guard dead.isEmpty else {
            return [
                Finding(
                    .warning, "\(dead.count.counted("file")) in \(folder), left by dead processes",
                    evidence: dead.joined(separator: ", "),
                    cure: "rm " + dead.map { "\(folder)/\($0)" }.joined(separator: " "))
            ]
        }
        return [Finding(.fine, "nothing stale in \(folder)", evidence: names.count.counted("file"))]
    }

    private func isDead(_ name: String, _ folder: String, _ bound: Set<String>, _ host: Host) -> Bool {
        let path = "\(folder)/\(name)"
        if name.hasSuffix(".pid") { return host.tree.number(path).map { !host.processes.lives($0) } ?? false }
        guard host.tree.status(path)?.isSocket ?? false else { return false }
        return !bound.contains(path)
    }

    /// Paths that a living process has bound, by every name that they may have been bound under.
    private func boundSockets(_ host: Host) -> Set<String> {
        let paths = host.tree.lines("/proc/net/unix").compactMap { line in
            line.split(separator: " ", omittingEmptySubsequences: true).dropFirst(7).first.map(String.init)
        }
        return Set(
            paths + paths.filter { $0.hasPrefix("/var/run/") }.map { String($0.dropFirst(4)) }
                + paths.filter { $0.hasPrefix("/run/") }.map { "/var" + $0 })
    }
}
