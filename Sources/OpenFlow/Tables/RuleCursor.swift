import Control

/// A walk over the rules that a selection means, in steps: between two steps the tables may change.
///
/// Rules that are there from the beginning of the walk to its end are met exactly once; those that leave before they
/// were met are not; of those that come meanwhile nothing is promised.
@ControlActor
public final class RuleCursor {
    private let selection: RuleSelection
    /// The tables that are still to be walked over, the next one last.
    private var tables: [FlowTable]
    /// How many rules of the table under way are still to be looked at: those at lower places.
    var left = 0
    private var isNarrow: [ObjectIdentifier: Bool] = [:]

    init(_ selection: RuleSelection, tables: [FlowTable]) {
        self.selection = selection
        self.tables = tables.reversed()
        enter()
    }

    private func enter() {
        guard let table = tables.last else { return }
        left = table.ruleCount
        table.ruleList.begin(self)
    }

    /// Whether all has been looked at.
    public var isAtEnd: Bool { tables.isEmpty }

    /// Looks at the next `count` rules and returns those of them that are meant.
    public func next(_ count: Int) -> [Rule] {
        var found: [Rule] = []
        var budget = count
        while budget > 0, let table = tables.last {
            guard left > 0 else {
                tables.removeLast()
                table.ruleList.end(self)
                enter()
                continue
            }
            budget -= 1
            left -= 1
            guard left < table.ruleCount else { continue }
            let rule = table.ruleList.rules[left]
            if isMeant(rule) { found.append(rule) }
        }
        return found
    }

    private func isMeant(_ rule: Rule) -> Bool {
        guard selection.includes(rule) else { return false }
        if selection.match.mask.isEmpty { return true }
        let shape = ObjectIdentifier(rule.shape)
        let isNarrow = isNarrow[shape] ?? rule.shape.mask.isSuperset(of: selection.match.mask)
        self.isNarrow[shape] = isNarrow
        return isNarrow && rule.agrees(with: selection.match)
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
