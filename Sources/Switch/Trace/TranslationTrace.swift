import Control
import OpenFlow
import Packets

/// What happens in a translation, as it happens (`ofproto/trace`).
@ControlActor
final class TranslationTrace {
    let root: TraceNode
    /// Where the next line goes.
    var current: TraceNode
    private let text: TraceText

    init(_ text: TraceText) {
        self.text = text
        root = TraceNode(.bridge, "")
        current = root
    }

    // MARK: Places

    /// Back to where the trace was.
    func leave(to place: TraceNode?) { if let place { current = place } }

    func enter(_ bridge: Bridge) { current = current.add(.bridge, "bridge(\"\(bridge.name)\")") }

    func enter(_ rule: Rule, table: UInt8, priority: Int) {
        var line = Self.place(table) + text.match(rule.match)
        if !line.hasSuffix(" ") { line += ", " }
        line += "priority \(priority)"
        if rule.cookie != 0 { line += ", cookie 0x" + String(rule.cookie, radix: 16) }
        current = current.add(.table, line)
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
    func action(_ action: Action) { current.add(.action, text.actions([action])) }

    /// `verb`: "was" or "is".
    func actionSet(_ verb: String, _ written: [Action]) {
        let list = ActionSet.list(of: written)
        detail("action set \(verb)" + (list.isEmpty ? " empty" : ": " + text.actions(list)))
    }

    func stored(_ range: FieldRange, in translator: Translator) {
        detail(text.range(range) + " is now " + text.value(range, in: translator.key))
    }

    func learned(_ change: FlowMod) { detail(text.learned(change)) }

    func notLive(_ bucket: GroupBucket) {
        var reasons: [String] = []
        if let port = bucket.contents.watchPort { reasons.append("port \(text.port(port))") }
        if let group = bucket.contents.watchGroup { reasons.append("port \(group)") }
        detail("bucket \(bucket.contents.id): not live due to \(reasons.joined(separator: " and "))")
    }

    func thaw(_ state: FrozenState) {
        let node = current.add(.thaw, "thaw")
        node.add(.thaw, "Resuming from table \(state.table)")
        if !state.actionSet.isEmpty {
            node.add(.thaw, "Restoring action set: " + text.actions(state.actionSet))
        }
        let left = state.steps.flatMap(\.actions)
        if !left.isEmpty { node.add(.thaw, "Restoring actions: " + text.actions(left)) }
    }
}
