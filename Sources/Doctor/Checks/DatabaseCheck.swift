import Machine

/// Whether the switch's settings are known, and whether DPDK came up with them.
struct DatabaseCheck: Check {
    let subject = "database"

    func examine(_ host: Host) -> [Finding] {
        let stopped = stoppedDaemon(host)
        guard let facts = host.facts else { return stopped + [unknown(host, isStopped: !stopped.isEmpty)] }
        let running = host.daemon.map { "the daemon runs as process \($0)" } ?? "no daemon runs"
        let dpdk = facts.wantsDPDK ? "DPDK is configured" : "DPDK is not configured (other_config:dpdk-init)"
        let devices = facts.devices.count.counted("device") + " in ports of type dpdk"
        let state =
            host.isFromFile
            ? Finding(
                host.daemon == nil ? .note : .warning, "\(dpdk), \(running)",
                evidence: "from \(host.source), no server answers at \(host.database): \(devices)",
                cure: host.daemon == nil || !stopped.isEmpty
                    ? nil : "start the database's server, whose settings the daemon follows, or name it with --server")
            : Finding(.fine, "\(dpdk), \(running)", evidence: "\(host.source): \(devices)")
        guard let failure = facts.failureOfDPDK else { return stopped + [state] }
        return stopped + [
            state,
            Finding(
                .error, "DPDK did not start", evidence: "statistics:dpdk_error: \(failure)",
                cure: "what is named there; it is tried again by itself"),
        ]
    }

    /// A daemon that a signal has stopped answers nobody, of its database neither.
    private func stoppedDaemon(_ host: Host) -> [Finding] {
        guard let daemon = host.daemon, host.processes.isStopped(daemon) else { return [] }
        return [
            Finding(
                .error, "the daemon, process \(daemon), is stopped and does nothing",
                evidence: "/proc/\(daemon)/status: its state is T", cure: "kill -CONT \(daemon)")
        ]
    }

    /// What is said when nothing tells what is configured.
    private func unknown(_ host: Host, isStopped: Bool) -> Finding {
        let cause = "none answers: what is configured is not known, and was not examined"
        let cure = isStopped ? nil : "start the daemon or its database, or name the server with --server"
        switch host.file {
        case .damaged(let reason):
            return Finding(
                .error, "no server answers, and the switch will not begin with its file", evidence: reason,
                cure: "put a copy of it in its place, or move it away: the switch begins with an empty database then")
        case .forbidden(let reason):
            return Finding(
                .note, cause, evidence: "\(host.database); \(reason)",
                cure: [cure, "ask as root"].compactMap { $0 }.joined(separator: ", or "))
        case .unreadable(let reason):
            return Finding(.note, cause, evidence: "\(host.database); \(reason)", cure: cure)
        case .read, nil:
            return Finding(.note, cause, evidence: host.database, cure: cure)
        }
    }
}
