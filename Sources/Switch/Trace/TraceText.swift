import OpenFlow
import Packets

/// OpenFlow's matter as `ofproto/trace` and `ovs-ofctl` spell it.
enum TraceText {
    static func match(_ match: Match) -> String {
        MatchField.all.compactMap { field in
            guard !field.isWild(in: match.mask) else { return nil }
            return "\(field.name)=0x" + String(field.get(match.key), radix: 16)
        }.joined(separator: ",")
    }

    static func port(_ port: OpenFlowPort) -> String {
        port.rawValue < OpenFlowPort.limit ? String(port.rawValue) : port == .local ? "LOCAL" : "\(port.rawValue)"
    }

    static func actions(_ actions: [Action]) -> String { actions.map { "\($0)" }.joined(separator: ",") }

    /// `FIELD[a..b]`.
    static func range(_ range: FieldRange) -> String {
        if range.isWhole { return range.field.name }
        let end = range.offset + range.bits - 1
        return range.field.name + (range.bits == 1 ? "[\(end)]" : "[\(range.offset)..\(end)]")
    }

    static func value(_ range: FieldRange, in key: FlowKey) -> String { "0x" + String(range.get(key), radix: 16) }

    /// A flow that was learned.
    static func flow(_ change: FlowMod) -> String {
        var text = "table=\(change.table ?? 0) " + match(change.match) + " priority=\(change.priority)"
        if change.cookie != 0 { text += " cookie=0x" + String(change.cookie, radix: 16) }
        if change.idleTimeoutSeconds != 0 { text += " idle=\(change.idleTimeoutSeconds)" }
        if change.hardTimeoutSeconds != 0 { text += " hard=\(change.hardTimeoutSeconds)" }
        if change.sendsFlowRemoved { text += " send_flow_rem" }
        return text + " actions=" + actions(change.actions)
    }
}
