/// Whether the switch's settings are known, and which ports it could not bring up.
struct DatabaseCheck: Check {
    let subject = "database"

    func examine(_ host: Host) -> [Finding] {
        guard let facts = host.facts else {
            return [
                Finding(
                    .note, "none answers: what is configured is not known, and was not examined",
                    evidence: host.database,
                    cure: "start the daemon or its database, or name the server with --server")
            ]
        }
        let running = host.daemon.map { "the daemon runs as process \($0)" } ?? "no daemon runs"
        let dpdk = facts.wantsDPDK ? "DPDK is configured" : "DPDK is not configured (other_config:dpdk-init)"
        return [
            Finding(
                .fine, "\(dpdk), \(running)", evidence: "\(host.database): \(facts.devices.count) ports of type dpdk")
        ] + facts.errors.sorted { $0.key < $1.key }.map { port, error in
            Finding(
                .error, "port \(port) does not work", evidence: "the error of its row in \(host.database): \(error)",
                cure: "what the error names")
        }
    }
}
