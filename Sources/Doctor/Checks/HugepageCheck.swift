/// Hugepages by node and size, beside what is asked of them.
struct HugepageCheck: Check {
    let subject = "hugepages"

    func examine(_ host: Host) -> [Finding] {
        let report = host.hugepages
        guard report.hasAny else { return [none(host)] }
        var findings = [Finding(.fine, "hugepages are reserved", evidence: report.figures)]
        let asked = host.facts?.socketMemory ?? [:]
        for (node, mebibytes) in asked.sorted(by: { $0.key < $1.key }) {
            findings += shortage(host, node: node, asked: mebibytes)
        }
        findings += emptyNodes(host, besides: Set(asked.keys))
        return findings
    }

    private func none(_ host: Host) -> Finding {
        let severity: Finding.Severity = host.facts.map { $0.wantsHugepages ? .error : .note } ?? .warning
        guard let node = host.topology.nodes.first?.id, !host.hugepages.pools.isEmpty else {
            return Finding(
                severity, "this kernel has no hugepages", evidence: "/sys/devices/system/node/node*/hugepages is empty",
                cure: "boot a kernel with CONFIG_HUGETLBFS, or use other_config:dpdk-extra=\"--no-huge -m 512\"")
        }
        return Finding(
            severity, "no hugepages are reserved: DPDK cannot start with them", evidence: host.hugepages.figures,
            cure: "'\(host.hugepages.cure(node: node, mebibytes: 1024))', or as 'vswift memory plan' says; "
                + "for a trial without any: other_config:dpdk-extra=\"--no-huge -m 512\"")
    }

    /// The daemon's own pages count as free: they are what it asked for.
    private func shortage(_ host: Host, node: Int, asked: Int) -> [Finding] {
        let pools = host.hugepages.pools.filter { $0.node == node }
        let total = pools.reduce(0) { $0 + $1.total * $1.pageKiB / 1024 }
        let free = host.hugepages.freeMiB(node: node)
        let usable = host.daemon == nil ? free : total
        guard usable < asked else { return [] }
        return [
            Finding(
                .error,
                "other_config:dpdk-socket-mem asks for \(asked) MiB on node \(node), where there are \(usable) MiB",
                evidence: "node \(node): \(free) of \(total) MiB of hugepages free",
                cure: "'\(host.hugepages.cure(node: node, mebibytes: asked))', or ask for less")
        ]
    }

    /// Nodes that have work for DPDK and no page.
    private func emptyNodes(_ host: Host, besides asked: Set<Int>) -> [Finding] {
        let busy = nodesOfDevices(host)
        return host.topology.nodes.map(\.id).filter { node in
            !asked.contains(node) && !host.hugepages.pools.contains { $0.node == node && $0.total > 0 }
        }.map { node in
            let users = busy[node] ?? []
            return Finding(
                users.isEmpty ? .note : .error,
                "NUMA node \(node) has no hugepages"
                    + (users.isEmpty
                        ? ": no port or guest of that node will work"
                        : ", and \(users.joined(separator: ", ")) "
                            + "must have their buffers there"),
                evidence: host.hugepages.figures,
                cure: "'\(host.hugepages.cure(node: node, mebibytes: 1024))'")
        }
    }

    private func nodesOfDevices(_ host: Host) -> [Int: [String]] {
        var result: [Int: [String]] = [:]
        for device in host.facts?.devices ?? [] {
            guard let address = device.address, let node = host.pciDevice(address).node else { continue }
            result[node, default: []].append(device.port)
        }
        return result
    }
}
