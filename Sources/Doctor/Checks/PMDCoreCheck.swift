import Machine

/// The cores that poll: whether they are there, near their devices, and left alone.
struct PMDCoreCheck: Check {
    let subject = "PMD cores"

    func examine(_ host: Host) -> [Finding] {
        guard let cores = host.pmdCores else {
            return [Finding(.note, "not known without a database", evidence: "none at \(host.database)")]
        }
        let mask = host.facts?.otherConfig["pmd-cpu-mask"] ?? ""
        if !mask.isEmpty, host.facts?.pmdCores == nil {
            return [
                Finding(
                    .warning, "other_config:pmd-cpu-mask names no cores: the last of each node polls",
                    evidence: "it is '\(mask)'", cure: "a mask in hexadecimal: 0x6 for the cores 1 and 2")
            ]
        }
        guard !cores.isEmpty else {
            return [Finding(.note, "none: no port of DPDK's is configured", evidence: "the database")]
        }
        let absent = cores.filter { host.topology.node(ofCore: $0) == nil }
        guard absent.count < cores.count else {
            return [
                Finding(
                    .error, "other_config:pmd-cpu-mask names no core of this machine",
                    evidence: "cores \(CoreList(cores: cores).text) of \(host.topology.coreCount)",
                    cure: "ovs-vsctl set Open_vSwitch . other_config:pmd-cpu-mask=0x2")
            ]
        }
        let findings =
            (absent.isEmpty ? [] : [missing(absent)]) + farDevices(host, cores) + siblings(host, cores)
            + isolation(host, cores)
        return findings.isEmpty
            ? [Finding(.fine, "\(CoreList(cores: cores).text)", evidence: "isolated, each a core of its own")]
            : findings
    }

    private func missing(_ cores: [Int]) -> Finding {
        Finding(
            .warning, "other_config:pmd-cpu-mask names cores that this machine has not",
            evidence: CoreList(cores: cores).text, cure: "take them out of the mask")
    }

    /// A queue whose node has no polling core is polled from afar.
    private func farDevices(_ host: Host, _ cores: [Int]) -> [Finding] {
        let polled = Set(cores.compactMap { host.topology.node(ofCore: $0) })
        return (host.facts?.devices ?? []).compactMap { device in
            guard let address = device.address, let node = host.pciDevice(address).node, !polled.contains(node),
                let near = host.topology.nodes.first(where: { $0.id == node })?.cores.last
            else { return nil }
            return Finding(
                .warning, "port \(device.port) is on NUMA node \(node), where no core polls",
                evidence: "PMD cores \(CoreList(cores: cores).text) are on nodes "
                    + polled.sorted().map(String.init).joined(separator: ", "),
                cure: "add a core of that node, such as \(near), to other_config:pmd-cpu-mask")
        }
    }

    private func siblings(_ host: Host, _ cores: [Int]) -> [Finding] {
        var told: Set<Int> = []
        return cores.compactMap { core in
            let file = "/sys/devices/system/cpu/cpu\(core)/topology/thread_siblings_list"
            let shared = CoreList(host.tree.word(file) ?? "").cores.filter { cores.contains($0) }
            guard shared.count > 1, told.isDisjoint(with: shared) else { return nil }
            told.formUnion(shared)
            return Finding(
                .warning, "PMD cores \(CoreList(cores: shared).text) are threads of one core and slow each other down",
                evidence: file, cure: "poll with one of them and leave the other idle")
        }
    }

    private func isolation(_ host: Host, _ cores: [Int]) -> [Finding] {
        let isolated = CoreList(host.tree.word("/sys/devices/system/cpu/isolated") ?? "").cores
        let shared = cores.filter { !isolated.contains($0) }
        guard !shared.isEmpty else { return [] }
        let list = CoreList(cores: shared).text
        let cause = "the kernel may run other programs on PMD cores \(list)"
        let evidence = "/sys/devices/system/cpu/isolated: '\(CoreList(cores: isolated).text)'"
        // One of two cores, taken from everything else, would be missed more than shared.
        if host.topology.coreCount <= 2, isolated.isEmpty {
            let cores = host.topology.coreCount.counted("core")
            return [Finding(.note, "\(cause): of \(cores) none can be spared for them alone", evidence: evidence)]
        }
        return [
            Finding(
                .warning, cause, evidence: evidence,
                cure: "boot with isolcpus=\(list) nohz_full=\(list) rcu_nocbs=\(list)")
        ]
    }
}
