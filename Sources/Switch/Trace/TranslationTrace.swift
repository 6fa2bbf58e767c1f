import Control
import OpenFlow
import Packets

/// What happens in a translation, as it happens (`ofproto/trace`).
@ControlActor
final class TranslationTrace {
    let root: TraceNode
    /// Where the next line goes.
    var current: TraceNode
    /// Pipelines that wait for the packet to come round, with what it is then.
    private(set) var recirculations: [(entry: NumberedStates<FrozenState>.Entry, packet: FlowKey)] = []

    init() {
        root = TraceNode(.bridge, "")
        current = root
    }

    // MARK: Places

    /// Back to where the trace was.
    func leave(to place: TraceNode?) { if let place { current = place } }

    func enter(_ bridge: Bridge) { current = current.add(.bridge, "bridge(\"\(bridge.name)\")") }

    func enter(_ rule: Rule, table: UInt8) {
        var text = Self.place(table) + TraceText.match(rule.match)
        if !text.hasSuffix(" ") { text += ", " }
        text += "priority \(rule.priority)"
        if rule.cookie != 0 { text += ", cookie 0x" + String(rule.cookie, radix: 16) }
        current = current.add(.table, text)
    }

    func enterMiss(table: UInt8, _ text: String) { current = current.add(.table, Self.place(table) + text) }

    func enterActionSet() { current = current.add(.table, "--. Executing action set:") }

    func enter(_ bucket: GroupBucket) { current = current.add(.bucket, "bucket \(bucket.contents.id)") }

    private static func place(_ table: UInt8) -> String { (table < 10 ? " " : "") + "\(table). " }

    // MARK: Events

    func action(_ text: String) { current.add(.action, text) }
    func detail(_ text: String) { current.add(.detail, text) }
    func warning(_ text: String) { current.add(.warning, text) }
    func error(_ text: String) { current.add(.error, text) }

    /// An action that is about to be carried out.
    func action(_ action: Action) { current.add(.action, TraceText.actions([action])) }

    /// `verb`: "was" or "is".
    func actionSet(_ verb: String, _ written: [Action]) {
        let list = ActionSet.list(of: written)
        detail("action set \(verb)" + (list.isEmpty ? " empty" : ": " + TraceText.actions(list)))
    }

    func stored(_ range: FieldRange, in translator: Translator) {
        detail(TraceText.range(range) + " is now " + TraceText.value(range, in: translator.key))
    }

    func learned(_ change: FlowMod) { detail(TraceText.flow(change)) }

    func notLive(_ bucket: GroupBucket) {
        var reasons: [String] = []
        if let port = bucket.contents.watchPort { reasons.append("port \(TraceText.port(port))") }
        if let group = bucket.contents.watchGroup { reasons.append("port \(group)") }
        detail("bucket \(bucket.contents.id): not live due to \(reasons.joined(separator: " and "))")
    }

    func recirculation(_ entry: NumberedStates<FrozenState>.Entry, of translator: Translator) {
        recirculations.append((entry, translator.key))
    }

    func thaw(_ state: FrozenState) {
        let node = current.add(.thaw, "thaw")
        node.add(.thaw, "Resuming from table \(state.table)")
        if !state.actionSet.isEmpty {
            node.add(.thaw, "Restoring action set: " + TraceText.actions(state.actionSet))
        }
        let left = state.steps.flatMap(\.actions)
        if !left.isEmpty { node.add(.thaw, "Restoring actions: " + TraceText.actions(left)) }
    }
}
