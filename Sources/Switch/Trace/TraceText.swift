import Control
import OpenFlow
import Packets

/// OpenFlow's matter as `ofproto/trace` spells it.
@ControlActor
struct TraceText {
    /// Ports by their names, for a trace that asks for them.
    private let names: [OpenFlowPort: String]
    private let options: TunnelOptions?

    init(bridge: Bridge, withNames: Bool = false) {
        names = Dictionary(withNames ? bridge.ports.map { ($0.number, $0.name) } : []) { first, _ in first }
        options = bridge.flowTables.tunnelOptions
    }

    private var format: ActionFormat {
        let names = names
        return ActionFormat(portName: { names[$0] })
    }

    func match(_ match: Match) -> String { MatchFormat.describe(match, options: options) { names[$0] } }

    /// A packet's headers and metadata.
    func flow(_ key: FlowKey) -> String { MatchFormat.describe(packet: key, options: options) { names[$0] } }

    func actions(_ actions: [Action]) -> String { format.text(actions) }
    func port(_ port: OpenFlowPort) -> String { format.port(port) }

    /// `FIELD[]` or `FIELD[a..b]`, by the header that names it on the wire.
    func range(_ range: FieldRange) -> String { range.symbol }

    func value(_ range: FieldRange, in key: FlowKey) -> String {
        if range.field.option != nil { return range.value(in: key).hexadecimal }
        let value = range.get(key)
        let isHexadecimal: Bool = if case .hexadecimal = range.field.format { true } else { false }
        if isHexadecimal || !range.isWhole { return FieldValue(value).hexadecimal }
        return FieldText.format(range.field, value) { names[$0] }
    }

    /// A flow that was learned.
    func learned(_ change: FlowMod) -> String {
        var text = "table=\(change.table ?? 0) " + MatchFormat.describe(change.match, options: options) { names[$0] }
        while text.hasSuffix(" ") { text.removeLast() }
        text += " priority=\(change.priority)"
        if change.cookie != 0 { text += " cookie=0x" + String(change.cookie, radix: 16) }
        if change.idleTimeoutSeconds != 0 { text += " idle=\(change.idleTimeoutSeconds)" }
        if change.hardTimeoutSeconds != 0 { text += " hard=\(change.hardTimeoutSeconds)" }
        if change.sendsFlowRemoved { text += " send_flow_rem" }
        return text + " actions=" + actions(change.actions)
    }
}
