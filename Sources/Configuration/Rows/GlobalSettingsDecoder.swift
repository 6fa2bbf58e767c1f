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
        case "hw-offload", "offload-rebalance", "smc-enable", "userspace-tso-enable", "pmd-auto-lb", "pmd-perf-metrics",
            "flow-restore-wait", "per-port-memory":
            value != "false"
        case "pmd-maxsleep", "tx-flush-interval": value != "0"
        case "vhost-sock-dir", "vhost-iommu-support", "vhost-postcopy-support": false
        case "n-handler-threads", "n-revalidator-threads", "n-offload-threads", "max-revalidator",
            "min-revalidate-pps", "emc-insert-inv-prob", "vlan-limit", "tc-policy",
            "shared-mempool-config", "pmd-auto-lb-rebal-interval", "pmd-auto-lb-load-threshold",
            "pmd-auto-lb-improvement-threshold":
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

        settings.datapath.pmdCores = options.value("pmd-cpu-mask", expected: "a hexadecimal mask of cores") {
            guard $0.utf8.count <= 4096, let mask = CoreMask(hexadecimal: $0), !mask.cores.isEmpty else { return nil }
            return Set(mask.cores)
        }
        settings.datapath.maxIdleMilliseconds = options.integer(
            "max-idle", in: 500...Int(Int32.max), default: 10_000)
        settings.datapath.flowLimit = options.integer("flow-limit", in: 0...Int(Int32.max), default: 200_000)
        settings.datapath.isolatesPinnedCores = options.boolean("pmd-rxq-isolate", default: true)
        if let text = options.text("pmd-rxq-assign") {
            if let assignment = DatapathSettings.QueueAssignment(rawValue: text) {
                settings.datapath.queueAssignment = assignment
                if assignment != .roundrobin {
                    remarks.append(
                        Remark(
                            .info,
                            "Open_vSwitch: other_config:pmd-rxq-assign=\(text) is not supported yet: queues go to the "
                                + "thread of their node that has the fewest"))
                }
            } else {
                remarks.append(
                    Remark(
                        .warning,
                        "Unsupported rx queue to PMD assignment mode in pmd-rxq-assign. Defaulting to 'cycles'.",
                        module: .dpifNetdev))
            }
        }
        if !settings.datapath.isolatesPinnedCores && settings.datapath.queueAssignment != .group {
            remarks.append(
                Remark(
                    .warning,
                    "pmd-rxq-isolate can only be set false when using pmd-rxq-assign=group", module: .dpifNetdev))
            settings.datapath.isolatesPinnedCores = true
        }
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
