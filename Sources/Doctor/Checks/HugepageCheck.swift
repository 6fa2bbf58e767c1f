/// Hugepages by node and size, beside what is asked of them.
struct HugepageCheck: Check {
    let subject = "hugepages"

    func examine(_ host: Host) -> [Finding] {
        let report = host.hugepages
        if host.facts?.goesWithoutHugepages == true {
            return [Finding(.fine, "DPDK is told to do without (--no-huge)", evidence: report.figures)] + settings(host)
        }
        guard report.hasAny else { return [none(host)] + settings(host) }
        var findings = [Finding(.fine, "hugepages are reserved", evidence: report.figures)] + settings(host)
        let asked = host.facts?.wantsHugepages == true ? host.facts?.socketMemory ?? [:] : [:]
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
            severity, "no hugepages are reserved: DPDK cannot start, but with --no-huge",
            evidence: host.hugepages.figures,
            cure: "'\(host.hugepages.cure(node: node, mebibytes: 1024))', or as 'vswift memory plan' says; "
                + "for a trial without any: other_config:dpdk-extra=\"--no-huge -m 512\"")
    }

    /// Words that DPDK refuses, and amounts that no one node has to have.
    private func settings(_ host: Host) -> [Finding] {
        guard let facts = host.facts, facts.wantsDPDK else { return [] }
        let asked = facts.otherConfig["dpdk-socket-mem"] ?? ""
        if !facts.isSocketMemoryReadable {
            return [
                Finding(
                    .error, "DPDK will not start: other_config:dpdk-socket-mem is no list of MiB for each NUMA node",
                    evidence: "it is '\(asked)'", cure: "numbers with commas between them, such as 1024,0")
            ]
        }
        if !asked.isEmpty, !facts.wantsHugepages {
            return [
                Finding(
                    .error, "DPDK will not start: other_config:dpdk-socket-mem asks for hugepages, dpdk-extra for none",
                    evidence: "dpdk-socket-mem is '\(asked)', dpdk-extra '\(facts.otherConfig["dpdk-extra"] ?? "")'",
                    cure: "remove dpdk-socket-mem, or --no-huge from dpdk-extra")
            ]
        }
        guard facts.wantsHugepages, let asked = facts.memoryOfAnyNode else { return [] }
        let pools = host.hugepages.pools
        let (total, free) = (pools.reduce(0) { $0 + $1.totalMiB }, pools.reduce(0) { $0 + $1.freeMiB })
        guard (host.daemon == nil ? free : total) < asked, host.hugepages.hasAny, let node = pools.first?.node else {
            return []
        }
        return [
            Finding(
                .error, "other_config:dpdk-alloc-mem asks for \(asked) MiB, and there are \(free) MiB",
                evidence: host.hugepages.figures,
                cure: "'\(host.hugepages.cure(node: node, mebibytes: asked))', or ask for less")
        ]
    }

    /// The daemon's own pages count as free: they are what it asked for.
    private func shortage(_ host: Host, node: Int, asked: Int) -> [Finding] {
        let pools = host.hugepages.pools.filter { $0.node == node }
        let total = pools.reduce(0) { $0 + $1.totalMiB }
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
                users.isEmpty ? .note : host.severity(ofLack: \.wantsHugepages),
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
