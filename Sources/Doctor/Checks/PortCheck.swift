import Machine

/// The ports that do not work, or not as they should, as their rows have it.
struct PortCheck: Check {
    let subject = "ports"

    func examine(_ host: Host) -> [Finding] {
        guard let facts = host.facts else {
            return [Finding(.note, "not known without a database", evidence: "none at \(host.database)")]
        }
        guard !facts.troubles.isEmpty else {
            return [Finding(.fine, "none complains", evidence: "their rows, from \(host.source)")]
        }
        return facts.troubles.sorted { $0.port < $1.port }.map { finding($0, host) }
    }

    private func finding(_ trouble: PortTrouble, _ host: Host) -> Finding {
        let (port, evidence) = (trouble.port, "its row, from \(host.source): \(trouble.text)")
        let remove = "remove the port"
        switch trouble.kind {
        case .error where host.isFromFile:
            return Finding(
                .warning, "port \(port) did not work when last tried", evidence: evidence,
                cure: trouble.isOfUnservedType ? remove : "what the error names, if it is not mended yet")
        case .error:
            return Finding(
                .error, "port \(port) does not work", evidence: evidence,
                cure: trouble.isOfUnservedType ? remove : "what the error names, or \(remove)")
        case .refusedGuest:
            return Finding(
                .error, "the guest of port \(port) is refused", evidence: evidence,
                cure: "what is named there, in the guest's definition")
        case .farMemory:
            return Finding(
                .warning, "the guest of port \(port) is served from another NUMA node than its own", evidence: evidence,
                cure: "what is named there")
        case .noBuffers(let times):
            return Finding(
                .warning, "port \(port) found no buffer for a packet, \(times.counted("time"))", evidence: evidence,
                cure: "'vswift memory report' says who has them, 'vswift memory plan' how many there should be")
        }
    }
}
