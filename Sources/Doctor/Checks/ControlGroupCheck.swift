import Machine

/// What control groups (both versions) take away: memory, hugepages, cores, nodes.
struct ControlGroupCheck: Check {
    let subject = "control groups"

    func examine(_ host: Host) -> [Finding] {
        let groups = ControlGroups(host)
        guard groups.areKnown else {
            return [Finding(.note, "there are no control groups", evidence: "/proc/\(host.subjectProcess)/cgroup")]
        }
        let asked = host.facts?.socketMemory.values.reduce(0, +) ?? 0
        var findings: [Finding] = []
        if let limit = groups.memory, limit.bytes >> 20 < 512 {
            findings.append(
                Finding(
                    .warning, "the daemon may have \(limit.bytes >> 20) MiB of memory in all", evidence: limit.evidence,
                    cure: "MemoryMax=infinity in the service's unit, or a greater value"))
        }
        for (size, limit) in groups.hugepages(sizes: Set(host.hugepages.pools.map(\.pageKiB))) {
            let suffices = limit.bytes >> 20 >= max(asked, 1)
            findings.append(
                Finding(
                    suffices ? .note : host.severity(ofLack: \.wantsHugepages),
                    "the daemon may have \(limit.bytes >> 20) MiB of hugepages of \(size) kB",
                    evidence: limit.evidence, cure: suffices ? nil : "write a greater limit into the file named"))
        }
        findings += cores(host, groups)
        if findings.isEmpty {
            findings.append(Finding(.fine, "nothing is withheld", evidence: groups.evidence))
        }
        return findings
    }

    private func cores(_ host: Host, _ groups: ControlGroups) -> [Finding] {
        // A thread's own affinity does not bound what it may ask for; the set of the group does.
        guard let set = groups.cores, let wanted = host.pmdCores else { return [] }
        // What the machine has not, no group withholds: the check of PMD cores tells of those.
        let lacking = wanted.filter { !set.cores.contains($0) && host.topology.node(ofCore: $0) != nil }
        guard !lacking.isEmpty else { return [] }
        return [
            Finding(
                .error, "PMD cores \(CoreList(cores: lacking).text) are withheld from the daemon",
                evidence: "\(set.evidence): \(CoreList(cores: set.cores).text)",
                cure: "AllowedCPUs= in the service's unit, or another other_config:pmd-cpu-mask")
        ]
    }
}
