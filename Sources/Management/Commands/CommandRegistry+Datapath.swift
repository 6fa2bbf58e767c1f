import Control
import Datapath
import Switch

extension CommandRegistry {
    /// Adds `dpif/show`, `dpctl/*`, `dpif-netdev/*` and `bridge/reconnect`: what the datapath has and does.
    public func registerDatapathCommands(over target: Switch, _ datapath: Datapath) {
        let report = DatapathReport(target: target, datapath: datapath)
        let threads = ThreadStatisticsReport(datapath)
        registerFlowCommands(report)
        register("dpif/show") { _ in report.bridges() }
        register("dpctl/show", usage: "[-s] [dp...]", arguments: 0...) { arguments in
            let names = arguments.filter { $0 != "-s" && $0 != "--statistics" }
            try DatapathArguments.check(names)
            return report.ports(withStatistics: names.count < arguments.count)
        }
        register("dpctl/dump-dps") { _ in DatapathReport.name + "\n" }
        register("dpif-netdev/drop-show") { _ in report.drops() }
        register("dpif-netdev/pmd-stats-show", usage: "[-pmd core] [dp]", arguments: 0...3) { arguments in
            let chosen = try DatapathArguments.core(arguments)
            return threads.statistics(core: chosen, pmdOnly: chosen != nil)
        }
        register("dpif-netdev/pmd-stats-clear", usage: "[-pmd core] [dp]", arguments: 0...3) { arguments in
            _ = try DatapathArguments.core(arguments)
            threads.clear()
            return ""
        }
        register("dpif-netdev/pmd-rxq-show", usage: "[-pmd core] [dp]", arguments: 0...3) { arguments in
            threads.queues(core: try DatapathArguments.core(arguments))
        }
        register("dpif-netdev/pmd-perf-show", usage: "[-nh] [-it iter-history-len] [-ms ms-history-len] [-pmd core] [dp]",
            arguments: 0...8
        ) { arguments in
            threads.performance(core: try DatapathArguments.core(arguments.filter { $0 != "-nh" }))
        }
        register("bridge/reconnect", usage: "[bridge]", arguments: 0...1) { arguments in
            if let name = arguments.first, target.bridges[name] == nil { throw UnixctlError("unknown bridge") }
            // Bridges have no connections of their own to make anew before controllers are supported.
            return ""
        }
    }
}

/// What commands over the datapath take.
enum DatapathArguments {
    /// There is one datapath: it may be named, others do not exist.
    static func check(_ names: [String]) throws(UnixctlError) {
        for name in names where name != DatapathReport.name && name != "ovs-netdev" {
            throw UnixctlError("ovs-vswitchd: datapath \(name) not found (No such device)")
        }
    }

    /// `-pmd core`, and perhaps the datapath's name behind it.
    static func core(_ arguments: [String]) throws(UnixctlError) -> Int? {
        guard let flag = arguments.firstIndex(of: "-pmd") else {
            try check(arguments)
            return nil
        }
        guard flag + 1 < arguments.count, let core = Int(arguments[flag + 1]) else {
            throw UnixctlError("-pmd: a core number has to follow")
        }
        try check(Array(arguments[..<flag]) + arguments[(flag + 2)...])
        return core
    }
}
