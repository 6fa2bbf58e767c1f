import Machine

/// Whether the switch's settings are known, and whether DPDK came up with them.
struct DatabaseCheck: Check {
    let subject = "database"

    func examine(_ host: Host) -> [Finding] {
        guard let facts = host.facts else { return [unknown(host)] }
        let running = host.daemon.map { "the daemon runs as process \($0)" } ?? "no daemon runs"
        let dpdk = facts.wantsDPDK ? "DPDK is configured" : "DPDK is not configured (other_config:dpdk-init)"
        let devices = facts.devices.count.counted("device") + " in ports of type dpdk"
        let state =
            host.isFromFile
            ? Finding(
                host.daemon == nil ? .note : .warning, "\(dpdk), \(running)",
                evidence: "from \(host.source), no server answers at \(host.database): \(devices)",
                cure: host.daemon.map { _ in
                    "start the database's server, whose settings the daemon follows, or name it with --server"
                })
            : Finding(.fine, "\(dpdk), \(running)", evidence: "\(host.source): \(devices)")
        guard let failure = facts.failureOfDPDK else { return [state] }
        return [
            state,
            Finding(
                .error, "DPDK did not start", evidence: "statistics:dpdk_error: \(failure)",
                cure: "what is named there; it is tried again by itself"),
        ]
    }

    /// What is said when nothing tells what is configured.
    private func unknown(_ host: Host) -> Finding {
        let cause = "none answers: what is configured is not known, and was not examined"
        switch host.file {
        case .damaged(let reason):
            return Finding(
                .error, "no server answers, and the switch will not begin with its file", evidence: reason,
                cure: "put a copy of it in its place, or move it away: the switch begins with an empty database then")
        case .unreadable(let reason):
            return Finding(
                .note, cause, evidence: "\(host.database); \(reason)",
                cure: "start the daemon or its database, or name the server with --server, or ask as root")
        case .read, nil:
            return Finding(
                .note, cause, evidence: host.database,
                cure: "start the daemon or its database, or name the server with --server")
        }
    }
}
