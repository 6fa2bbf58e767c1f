import DPDK

/// Reads the Open_vSwitch row's `other_config`.
enum GlobalSettingsDecoder {
    /// Keys handed to the EAL as they stand.
    private static func isForDPDK(_ key: String) -> Bool {
        key.hasPrefix("dpdk-") || key.hasPrefix("vhost-") || key == "per-port-memory" || key == "shared-mempool-config"
    }

    /// Whether a switch that has no effect here yet asks for something; nil: it is none of them.
    private static func asksInVain(_ key: String, _ value: String) -> Bool? {
        switch key {
        case "hw-offload", "offload-rebalance", "smc-enable", "userspace-tso-enable", "pmd-perf-metrics",
            "flow-restore-wait":
            value != "false"
        case "tx-flush-interval": value != "0"
        case "vhost-sock-dir", "vhost-iommu-support", "vhost-postcopy-support": false
        case "n-handler-threads", "n-revalidator-threads", "n-offload-threads", "max-revalidator",
            "min-revalidate-pps", "emc-insert-inv-prob", "tc-policy":
            true
        default: nil
        }
    }

    /// The settings, and what is to be said about them.
    static func decode(_ otherConfig: [String: String]) -> (GlobalSettings, [Remark]) {
        var options = OptionReader(otherConfig, of: "Open_vSwitch: other_config")
        var settings = GlobalSettings()
        var remarks: [Remark] = []
        settings.dpdk = otherConfig.filter { isForDPDK($0.key) }
        settings.statisticsIntervalMilliseconds = options.integer(
            "stats-update-interval", in: 5000...Int(Int32.max), default: 5000)
        settings.bundleIdleSeconds = options.integer("bundle-idle-timeout", in: 1...Int(Int32.max), default: 10)
        settings.reportsSystemStatistics = options.boolean("enable-statistics", default: false)

        settings.datapath.pmd = PMDDecoder.decode(&options, remarks: &remarks)
        settings.datapath.maxIdleMilliseconds = options.integer(
            "max-idle", in: 500...Int(Int32.max), default: 10_000)
        settings.datapath.flowLimit = options.integer("flow-limit", in: 0...Int(Int32.max), default: 200_000)
        // 0: all that can be, which is two.
        settings.datapath.tagLimit =
            options.integer("vlan-limit", in: 0...Int(Int32.max), default: 1) == 1 ? .one : .two
        for (key, value) in otherConfig.sorted(by: { $0.key < $1.key }) where asksInVain(key, value) == true {
            remarks.append(Remark(.info, "Open_vSwitch: other_config:\(key)=\(value) is accepted but has no effect"))
        }
        remarks += options.complaints.map { Remark(.warning, $0) }
        let known = otherConfig.filter { isForDPDK($0.key) || asksInVain($0.key, $0.value) != nil }.map(\.key)
        for key in known { _ = options.text(key) }
        remarks += options.unheeded.map { Remark(.info, $0) }
        return (settings, remarks)
    }
}
