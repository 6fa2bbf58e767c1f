import Control

/// Which rules a loose modification, deletion or statistics request means.
public struct RuleSelection: Sendable, Equatable {
    /// nil: every table.
    public var table: UInt8?
    /// Rules at least as specific as this.
    public var match: Match
    public var cookie: UInt64 = 0
    public var cookieMask: UInt64 = 0
    /// Only rules that output to this port; nil: any.
    public var outPort: OpenFlowPort?
    /// Only rules that send to this group; nil: any.
    public var outGroup: UInt32?

    public init(table: UInt8? = nil, match: Match = Match()) {
        self.table = table
        self.match = match
    }
}

extension RuleSelection {
    /// Whether the rule is meant as far as that is not a question of table and match.
    @ControlActor
    func includes(_ rule: Rule) -> Bool {
        guard (rule.cookie ^ cookie) & cookieMask == 0 else { return false }
        if let outPort, !rule.outputs(to: outPort) { return false }
        if let outGroup, !rule.sends(toGroup: outGroup) { return false }
        return true
    }
}
