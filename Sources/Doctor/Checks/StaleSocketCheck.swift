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
        let names = host.tree.entries(folder)
        let dead = names.filter { isDead($0, folder, host) }
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

    /// Whether it is certain that nobody misses the file: whoever mends this removes it.
    private func isDead(_ name: String, _ folder: String, _ host: Host) -> Bool {
        let path = "\(folder)/\(name)"
        if name.hasSuffix(".pid") {
            guard let process = host.tree.number(path), !host.processes.lives(process) else { return false }
            // A process of another namespace is not seen, but its lock is.
            return !FileOwnership.mayBeLocked(host.tree.real(path))
        }
        guard host.tree.status(path)?.isSocket ?? false, FileOwnership.isDead(socket: host.tree.real(path)) else {
            return false
        }
        return !(process(inNameOf: name).map { host.processes.lives($0) } ?? false)
    }

    /// The process that a control socket is named after: `ovs-vswitchd.71.ctl`.
    private func process(inNameOf name: String) -> Int? {
        name.hasSuffix(".ctl") ? name.split(separator: ".").dropLast().last.flatMap { Int($0) } : nil
    }
}
