import Control
import Datapath
import FoundationEssentials
import Packets
import Service
import Switch

extension CommandRegistry {
    /// Adds what puts datapath flows in and takes them out by hand: `dpctl/add-flow`, `mod-flow`, `del-flow`,
    /// `get-flow`, and `add-flows`, `mod-flows`, `del-flows` with files of them.
    func registerManualFlowCommands(_ report: DatapathReport) {
        let editor = FlowEditor(report: report)
        for (name, adds, changes) in [("add-flow", true, false), ("mod-flow", false, true)] {
            register("dpctl/\(name)", usage: "[dp] flow actions", arguments: 2...) { arguments in
                let words = try editor.operands(arguments, 2)
                try editor.put(words[0], words[1], adds: adds, changes: changes)
                await report.datapath.synchronize()
                return ""
            }
        }
        register("dpctl/del-flow", usage: "[dp] flow", arguments: 1...) { arguments in
            try editor.delete(try editor.operands(arguments, 1)[0])
            await report.datapath.synchronize()
            return ""
        }
        register("dpctl/get-flow", usage: "[dp] ufid", arguments: 1...) { arguments in
            let selection = try FlowSelection(arguments.filter { !$0.hasPrefix("ufid:") })
            guard let text = arguments.last, let identifier = FlowIdentifier(text) else {
                throw UnixctlError("ovs-vswitchd: parsing flow ufid (Success)")
            }
            guard let flow = report.datapath.flows.first(where: { !$0.isRemoved && FlowIdentifier($0) == identifier })
            else { throw UnixctlError("ovs-vswitchd: getting flow (No such file or directory)") }
            return report.line(flow, selection) + "\n"
        }
        for (name, verb) in [("add-flows", FlowEditor.Verb.add), ("mod-flows", .modify)] {
            register("dpctl/\(name)", usage: "[dp] file", arguments: 1...2) { arguments in
                try editor.run(file: try editor.operands(arguments, 1)[0], verb)
                await report.datapath.synchronize()
                return ""
            }
        }
        register("dpctl/del-flows", usage: "[dp] [file]", arguments: 0...2) { arguments in
            if let file = arguments.last, !file.contains("@"), !report.isDatapath(file) {
                try editor.run(file: file, .delete)
                await report.datapath.synchronize()
            } else {
                try report.check(arguments)
                await report.target.purgeFlows()
            }
            return ""
        }
    }
}

/// What the `dpctl` commands do to flows.
@ControlActor
struct FlowEditor {
    enum Verb: String { case add, modify, delete }

    let report: DatapathReport

    /// The last `count` arguments; what stands before them may be options or the datapath's name.
    func operands(_ arguments: [String], _ count: Int) throws(UnixctlError) -> [String] {
        let known = ["-s", "--statistics", "--may-create", "--clear", "-m", "--more"]
        let words = arguments.filter { !known.contains($0) }
        guard words.count == count || words.count == count + 1 else { throw UnixctlError("wrong number of arguments") }
        try report.check(Array(words.dropLast(count)))
        return Array(words.suffix(count))
    }

    func put(_ flow: String, _ actions: String, adds: Bool, changes: Bool) throws(UnixctlError) {
        let (key, mask) = try parse(flow)
        guard let program = DatapathActionParser.parse(actions) else {
            throw UnixctlError("ovs-vswitchd: parsing actions (Invalid argument)")
        }
        guard report.datapath.put(key, mask: mask, actions: program, adds: adds, changes: changes) else {
            let reason = adds ? "File exists" : "No such file or directory"
            throw UnixctlError("ovs-vswitchd: updating flow table (\(reason))")
        }
    }

    func delete(_ flow: String) throws(UnixctlError) {
        let (key, _) = try parse(flow)
        guard report.datapath.delete(key) != nil else {
            throw UnixctlError(
                "ovs-vswitchd: deleting flow (No such file or directory)\nPerhaps you need to specify a UFID?")
        }
    }

    /// Carries out a file's lines: each a flow with actions, perhaps behind a verb of its own.
    func run(file: String, _ verb: Verb) throws(UnixctlError) {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw UnixctlError("ovs-vswitchd: Failed to open \(file) (No such file or directory)")
        }
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            var words = line.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            var effective = verb
            if let own = Verb(rawValue: first) {
                effective = own
                words.removeFirst()
            }
            switch effective {
            case .delete where words.count >= 1: try delete(words[0])
            case .add where words.count == 2: try put(words[0], words[1], adds: true, changes: false)
            case .modify where words.count == 2: try put(words[0], words[1], adds: false, changes: true)
            default: throw UnixctlError("ovs-vswitchd: \(line): a flow and its actions are needed")
            }
        }
    }

    private func parse(_ text: String) throws(UnixctlError) -> (FlowKey, FlowMask) {
        let numbers = Dictionary(
            report.datapath.portList.map { ($0.configuration.name, $0.id.rawValue) },
            uniquingKeysWith: { first, _ in first })
        var flow: DatapathFlowParser.Flow
        do throws(TextError) {
            flow = try DatapathFlowParser.parse(text, portNumber: { numbers[$0] })
        } catch {
            throw UnixctlError("ovs-vswitchd: parsing flow key (\(error.message))")
        }
        // Nor can a packet have options that no tunnel has brought.
        guard flow.mask.host32(FlowField.inPort) == .max, flow.options.isEmpty else {
            throw UnixctlError("ovs-vswitchd: updating flow table (Invalid argument)")
        }
        // A packet that has not come round is meant where nothing is said.
        flow.mask.setHost32(FlowField.recircID, .max)
        return (flow.key, flow.mask)
    }
}
