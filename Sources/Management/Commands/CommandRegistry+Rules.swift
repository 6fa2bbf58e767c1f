import Control
import OpenFlow
import Service
import Switch

extension CommandRegistry {
    /// Adds `bridge/dump-flows`: a bridge's OpenFlow rules, counters first.
    func registerRuleCommands(over target: Switch) {
        register("bridge/dump-flows", usage: "[--offload-stats] bridge", arguments: 1...2) { arguments in
            let names = arguments.filter { $0 != "--offload-stats" }
            guard let name = names.first, names.count == 1, let bridge = target.bridges[name] else {
                throw UnixctlError("Unknown bridge")
            }
            return RuleReport.rules(of: bridge, withOffload: names.count < arguments.count)
        }
    }
}

/// The text of `bridge/dump-flows`.
@ControlActor
enum RuleReport {
    static func rules(of bridge: Bridge, withOffload: Bool) -> String {
        bridge.refreshStatistics()
        var names: [OpenFlowPort: String] = [:]
        for port in bridge.ports { names[port.number] = port.name }
        let known = names
        let options = bridge.flowTables.tunnelOptions
        let format = ActionFormat(portName: { known[$0] })
        var text = ""
        func add(_ rule: Rule, _ match: String) {
            if rule.table != 0 { text += "table_id=\(rule.table), " }
            let age = rule.created.duration(to: bridge.flowTables.now)
            text += "duration=\(age.components.seconds)s, n_packets=\(rule.packets), n_bytes=\(rule.bytes), "
            // Nothing of a flow is in hardware.
            if withOffload { text += "n_offload_packets=0, n_offload_bytes=0, " }
            text += match + ",actions=\(rule.actions.isEmpty ? "drop" : format.text(rule.actions))\n"
        }
        bridge.forEachHiddenRule { rule, priority in
            add(rule, "priority=\(priority)," + MatchFormat.describe(rule.match) { known[$0] })
        }
        bridge.flowTables.forEach { rule in
            add(rule, MatchFormat.describe(rule.match, priority: rule.priority, options: options) { known[$0] })
        }
        return text
    }
}
