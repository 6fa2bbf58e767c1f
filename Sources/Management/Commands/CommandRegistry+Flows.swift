import Control
import Datapath
import Service
import Switch

extension CommandRegistry {
    /// Adds what looks at datapath flows or has them made anew: `dpctl/dump-flows`, `dpctl/del-flows`,
    /// `dpif/dump-flows`, `dpif/dump-dps`,
    /// `dpif/show-dp-features`, `ofproto/list`.
    func registerFlowCommands(_ report: DatapathReport) {
        let target = report.target
        @ControlActor func bridge(_ name: String) throws(UnixctlError) -> Bridge {
            guard let bridge = target.bridges[name] else { throw UnixctlError("no such bridge") }
            return bridge
        }
        let options = "[-m] [--names | --no-names]"
        register("dpctl/dump-flows", usage: "\(options) [dp] [filter=..] [type=..] [pmd=..]", arguments: 0...) {
            arguments in
            let selection = try FlowSelection(arguments)
            try report.check(selection.names)
            return report.flows(selection)
        }
        register("dpif/dump-flows", usage: "\(options) bridge", arguments: 1...) { arguments in
            let selection = try FlowSelection(arguments)
            guard let name = selection.names.last else { throw UnixctlError("no such bridge") }
            return report.flows(selection, of: try bridge(name))
        }
        register("dpif/dump-dps") { _ in
            target.bridges.values.sorted { $0.name < $1.name }
                .map { "\($0.datapathType)@\($0.name)\n" }.joined()
        }
        register("dpif/show-dp-features", usage: "bridge", arguments: 1...1) { arguments in
            _ = try bridge(arguments[0])
            return DatapathFeature.all.map(\.line).joined()
        }
        register("dpif/set-dp-features", usage: "bridge [feature] [value]", arguments: 1...3) { arguments in
            _ = try bridge(arguments[0])
            guard arguments.count > 1 else { return DatapathFeature.all.map(\.details).joined() }
            guard let feature = DatapathFeature.all.first(where: { $0.key == arguments[1] }) else {
                throw UnixctlError("Unexpected support field")
            }
            guard arguments.count > 2 else { return feature.details }
            try feature.set(arguments[2])
            return ""
        }
        register("ofproto/list") { _ in target.bridges.keys.sorted().map { $0 + "\n" }.joined() }
    }
}
