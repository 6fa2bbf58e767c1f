import Control
import Datapath
import Service
import Switch

extension CommandRegistry {
    /// Adds `dpctl/add-dp`, `del-dp`, `add-if`, `del-if` and `set-if`.
    ///
    /// What the datapath has is what the database asks for, so they change nothing: each says why it does not do what
    /// it is asked, in Open vSwitch's words, and succeeds only where all is so already.
    func registerDatapathPortCommands(_ report: DatapathReport) {
        let editor = PortEditor(report: report)
        register("dpctl/add-dp", usage: "dp [iface...]", arguments: 1...) { arguments in
            let problem = report.isDatapath(arguments[0]) ? "File exists" : PortEditor.unsupported
            throw UnixctlError("ovs-vswitchd: add_dp (\(problem))")
        }
        register("dpctl/del-dp", usage: "dp", arguments: 1...1) { arguments in
            try editor.open(arguments[0])
            throw UnixctlError("ovs-vswitchd: del_dp (\(PortEditor.unsupported))")
        }
        let verbs: [(String, @ControlActor (String, String) -> String?)] = [
            ("add-if", editor.add), ("del-if", editor.delete), ("set-if", editor.set),
        ]
        for (name, problem) in verbs {
            register("dpctl/\(name)", usage: "dp iface...", arguments: 2...) { arguments in
                try editor.open(arguments[0])
                let problems = arguments.dropFirst().compactMap { problem(arguments[0], $0) }
                guard problems.isEmpty else {
                    throw UnixctlError(problems.map { "ovs-vswitchd: \($0)" }.joined(separator: "\n"))
                }
                return ""
            }
        }
    }
}
