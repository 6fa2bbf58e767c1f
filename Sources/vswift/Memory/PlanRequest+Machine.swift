import Machine
import MemoryPlan
import OVSDB

extension PlanRequest {
    /// For a machine: its nodes and its pages, and a PMD thread on each node, as OVS has it unless told otherwise.
    init(topology: NUMATopology, hugepages: HugepageReport) {
        self.init()
        nodes = topology.nodes.map(\.id)
        mainNode = nodes.first ?? 0
        threads = max(nodes.count, 1)
        leastPageBytes = hugepages.pools.map { $0.pageKiB << 10 }.min() ?? leastPageBytes
        for pool in hugepages.pools.reversed() where pool.total > 0 { pageBytes[pool.node] = pool.pageKiB << 10 }
    }

    /// What the database says.
    mutating func read(_ tables: [String: [UUIDValue: Row]], topology: NUMATopology) throws(PlanError) {
        let settings = tables.otherConfig
        policy = PoolPolicy(otherConfig: settings)
        if let mask = settings["pmd-cpu-mask"].flatMap({ CoreMask(hexadecimal: $0) }), !mask.cores.isEmpty {
            threads = mask.cores.filter { topology.node(ofCore: $0) != nil }.count
        }
        let words = ConfigurationWords.split(settings["dpdk-extra"] ?? "")
        if let count = Self.value(of: ["-n"], in: words).flatMap({ Int($0) }), count > 0 { channels = count }
        let core = Self.mainCore(words, settings["dpdk-lcore-mask"])
        if let node = core.flatMap({ topology.node(ofCore: $0) }) { mainNode = node }
        if !["true", "try"].contains(settings["dpdk-init"]?.lowercased()) {
            notes.append("DPDK is not switched on yet (other_config:dpdk-init=true)")
        }
        ordinary = OrdinaryMemory(words)
        for row in tables.interfaces {
            if let port = try PlannedPort(row) { try append(port) }
        }
    }

    /// The core of DPDK's main thread, where a setting names one.
    private static func mainCore(_ words: [String], _ mask: String?) -> Int? {
        if let list = value(of: ["-l", "--lcores"], in: words) { return CoreList(list).cores.first }
        return (value(of: ["-c"], in: words) ?? mask).flatMap { CoreMask(hexadecimal: $0) }?.cores.first
    }

    private static func value(of options: [String], in words: [String]) -> String? {
        guard let index = words.firstIndex(where: options.contains), index + 1 < words.count else { return nil }
        return words[index + 1]
    }
}

extension PlannedPort {
    /// A row of the Interface table; nil for one that DPDK has no part in.
    fileprivate init?(_ row: TableRow<OpenVSwitchSchema.Interface>) throws(PlanError) {
        let type = row.type
        guard type.hasPrefix("dpdk") else { return nil }
        let (options, status) = (row.options, row.status)
        var settings = options.filter { ["n_rxq", "n_rxq_desc", "n_txq_desc"].contains($0.key) }
        settings["mtu"] = row.mtuRequest.map(String.init)
        settings["node"] = status["numa_id"]
        if type == "dpdk" {
            settings["driver"] = status["driver_name"] ?? Self.virtualDriver(options["dpdk-devargs"])
            if settings["node"] == nil { settings["node"] = Self.node(options["dpdk-devargs"]) }
        } else {
            settings["n_rxq_desc"] = nil
            settings["n_txq_desc"] = nil
        }
        try self.init(type: type, settings: settings, fallbackName: row.name)
    }

    /// "net_null" of "net_null0,no-rx=1".
    private static func virtualDriver(_ devargs: String?) -> String? {
        guard let devargs, devargs.hasPrefix("net_") else { return nil }
        return String(devargs.prefix { $0 != "," && !$0.isNumber })
    }

    private static func node(_ devargs: String?) -> String? {
        devargs.flatMap { PCIDevice(devargs: $0)?.node }.map(String.init)
    }
}
