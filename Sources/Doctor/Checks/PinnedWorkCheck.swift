import Machine

/// Other programs that were pinned to a core that polls.
struct PinnedWorkCheck: Check {
    let subject = "pinned work"

    func examine(_ host: Host) -> [Finding] {
        guard let cores = host.pmdCores, !cores.isEmpty else {
            return [Finding(.note, "not looked for: no core polls", evidence: "no PMD core is known")]
        }
        let every = Set(host.topology.nodes.flatMap(\.cores))
        let findings = host.processes.identifiers.flatMap { process -> [Finding] in
            guard process != host.daemon, !host.processes.isKernelThread(process) else { return [] }
            return pinned(process, cores, every, host)
        }
        return findings.isEmpty
            ? [Finding(.fine, "none on a PMD core", evidence: "Cpus_allowed_list of every thread in /proc")] : findings
    }

    /// One finding for a process, however many of its threads are there.
    private func pinned(_ process: Int, _ cores: [Int], _ every: Set<Int>, _ host: Host) -> [Finding] {
        var met: Set<Int> = []
        for thread in host.tree.entries("/proc/\(process)/task") {
            guard let allowed = host.processes.allowedCores("\(process)/task/\(thread)") else { continue }
            // Whoever may run on half of the machine and more was hardly pinned.
            guard allowed.count * 2 <= every.count else { continue }
            met.formUnion(allowed.filter { cores.contains($0) })
        }
        guard !met.isEmpty else { return [] }
        let list = CoreList(cores: met).text
        return [
            Finding(
                .warning, "\(host.processes.name(process)) (process \(process)) is pinned to PMD cores \(list)",
                evidence: "Cpus_allowed_list in /proc/\(process)/task/*/status",
                cure: "taskset -a -p to other cores, or take \(list) out of other_config:pmd-cpu-mask")
        ]
    }
}
