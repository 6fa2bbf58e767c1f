import Control
import Datapath
import Service
import Switch

extension CommandRegistry {
    /// Adds `dpif/show`, `dpctl/*`, `dpif-netdev/*` and `bridge/reconnect`: what the datapath has and does.
    public func registerDatapathCommands(over target: Switch, _ datapath: Datapath) {
        let report = DatapathReport(target: target, datapath: datapath)
        let threads = ThreadStatisticsReport(datapath)
        registerFlowCommands(report)
        registerTraceCommands(over: target, isDatapath: { report.isDatapath($0) }) { name in
            datapath.portList.first { $0.1.name == name }?.0.rawValue
        }
        registerUpcallCommands(report)
        registerManualFlowCommands(report)
        registerDatapathPortCommands(report)
        registerRuleCommands(over: target)
        registerImplementationCommands(datapath)
        registerMemoryCommands(datapath)
        register("dpif/show") { _ in report.bridges() }
        register("dpctl/show", usage: "[-s] [dp...]", arguments: 0...) { arguments in
            let names = arguments.filter { $0 != "-s" && $0 != "--statistics" }
            try report.check(names)
            return report.ports(withStatistics: names.count < arguments.count)
        }
        register("dpctl/dump-dps") { _ in report.names.map { $0 + "\n" }.joined() }
        register("dpif-netdev/drop-show") { _ in report.drops() }
        register("dpif-netdev/pmd-stats-show", usage: "[-pmd core] [dp]", arguments: 0...3) { arguments in
            let chosen = try DatapathArguments.core(arguments, report)
            return threads.statistics(core: chosen, pmdOnly: chosen != nil)
        }
        register("dpif-netdev/pmd-stats-clear", usage: "[-pmd core] [dp]", arguments: 0...3) { arguments in
            _ = try DatapathArguments.core(arguments, report)
            threads.clear()
            return ""
        }
        register("dpif-netdev/pmd-rxq-show", usage: "[-pmd core] [-secs secs] [dp]", arguments: 0...5) { arguments in
            var rest = arguments
            var seconds: Int?
            if let flag = rest.firstIndex(of: "-secs"), flag + 1 < rest.count {
                seconds = Int(rest[flag + 1]) ?? 0
                rest.removeSubrange(flag...flag + 1)
            }
            return threads.queues(core: try DatapathArguments.core(rest, report), seconds: seconds)
        }
        register("dpif-netdev/pmd-rxq-rebalance", usage: "[dp]", arguments: 0...1) { arguments in
            try report.check(arguments)
            let datapath = report.datapath
            Task { @ControlActor in await datapath.rebalanceQueues() }
            return "pmd rxq rebalance requested.\n"
        }
        register(
            "dpif-netdev/pmd-perf-show", usage: "[-nh] [-it iter-history-len] [-ms ms-history-len] [-pmd core] [dp]",
            arguments: 0...8
        ) { arguments in
            threads.performance(core: try DatapathArguments.core(arguments.filter { $0 != "-nh" }, report))
        }
        register("bridge/reconnect", usage: "[bridge]", arguments: 0...1) { arguments in
            if let name = arguments.first, target.bridges[name] == nil { throw UnixctlError("unknown bridge") }
            // Bridges have no connections of their own to make anew before controllers are supported.
            return ""
        }
    }
}

/// What commands over the datapath take.
@ControlActor
enum DatapathArguments {
    /// `-pmd core`, and perhaps the datapath's name behind it.
    static func core(_ arguments: [String], _ report: DatapathReport) throws(UnixctlError) -> Int? {
        guard let flag = arguments.firstIndex(of: "-pmd") else {
            try report.check(arguments)
            return nil
        }
        guard flag + 1 < arguments.count, let core = Int(arguments[flag + 1]) else {
            throw UnixctlError("-pmd: a core number has to follow")
        }
        try report.check(Array(arguments[..<flag]) + arguments[(flag + 2)...])
        return core
    }
}
