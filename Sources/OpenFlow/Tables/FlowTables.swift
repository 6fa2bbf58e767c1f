import Control
import Packets

/// A bridge's flow tables 0 to 254 with the semantics of OFPT_FLOW_MOD (OpenFlow 1.3.5 section 6.4; OVS: ofproto).
@ControlActor
public final class FlowTables {
    /// How many tables there are; 255 (OFPTT_ALL) is not one.
    public static let count = 255

    /// Called once after each change that can alter what happens to a packet.
    public var changed: (@ControlActor (FlowTableChange) -> Void)?
    /// Grows with each call of ``changed``.
    public private(set) var generation: UInt64 = 0

    /// Change them through ``apply(_:)-(GroupMod)``.
    public let groups = GroupTable()
    /// Change them through ``apply(_:)-(MeterMod)``.
    public let meters = MeterTable()

    let actionLists = ActionListStore()
    private var tables: [FlowTable?] = Array(repeating: nil, count: FlowTables.count)
    private var expiring: Set<Rule> = []
    private let clock: @ControlActor () -> ContinuousClock.Instant

    /// - Parameter clock: tells the time at which rules are created and modified.
    public init(clock: @escaping @ControlActor () -> ContinuousClock.Instant = { ControlClock.shared.now }) {
        self.clock = clock
    }

    /// The table, or nil if there is no such number or it has never held a rule.
    public func table(_ number: UInt8) -> FlowTable? {
        number < FlowTables.count ? tables[Int(number)] : nil
    }

    /// The tables that have held a rule, by number.
    public var existingTables: [FlowTable] { tables.compactMap { $0 } }

    public var ruleCount: Int { tables.reduce(0) { $0 + ($1?.ruleCount ?? 0) } }

    /// Now, by the clock that rules are dated with.
    public var now: ContinuousClock.Instant { clock() }

    public var hasExpiringRules: Bool { !expiring.isEmpty }

    /// The rule for `key` in a table, or nil for a miss; adds to `mask` what had to be looked at.
    public func lookup(_ key: FlowKey, table: UInt8, mask: inout FlowMask) -> Rule? {
        self.table(table)?.lookup(key, mask: &mask)
    }

    /// The rule with exactly this match and priority.
    public func find(table: UInt8, match: Match, priority: UInt16) -> Rule? {
        self.table(table)?.find(match, priority: priority)
    }

    /// Calls `body` with every rule, tables ascending; the tables must not be changed meanwhile.
    public func forEach(table: UInt8? = nil, _ body: (Rule) -> Void) {
        for candidate in tables {
            guard let candidate, table == nil || table == candidate.number else { continue }
            for rule in candidate.rules { body(rule) }
        }
    }

    /// The rules that a loose request means, tables ascending.
    public func select(_ selection: RuleSelection) -> [Rule] {
        var found: [Rule] = []
        let everything = selection.match.mask.isEmpty
        // Rules of one table share few shapes: whether a shape is narrow enough is found out once for each.
        var narrow: [ObjectIdentifier: Bool] = [:]
        forEach(table: selection.table) { rule in
            if !everything {
                let shape = ObjectIdentifier(rule.shape)
                let isNarrow = narrow[shape] ?? rule.shape.mask.isSuperset(of: selection.match.mask)
                narrow[shape] = isNarrow
                guard isNarrow, rule.agrees(with: selection.match) else { return }
            }
            guard (rule.cookie ^ selection.cookie) & selection.cookieMask == 0 else { return }
            if let port = selection.outPort, !rule.outputs(to: port) { return }
            if let group = selection.outGroup, !rule.sends(toGroup: group) { return }
            found.append(rule)
        }
        return found
    }

    /// Carries out a flow-mod and returns the rules that left the tables by it.
    ///
    /// - Throws: `badTable`, `badFlowModTable`, `overlap`; nothing has changed then.
    @discardableResult
    public func apply(_ change: FlowMod) throws(OpenFlowError) -> [RemovedRule] {
        if let table = change.table, table >= FlowTables.count {
            throw OpenFlowError(.badTable, "table \(table) does not exist")
        }
        switch change.command {
        case .add: return try add(change)
        case .modify: return try modify(change, select(selection(change)))
        case .modifyStrict: return try modify(change, strictSelection(change))
        case .delete: return delete(select(selection(change)), reason: .delete)
        case .deleteStrict: return delete(strictSelection(change), reason: .delete)
        }
    }

    /// Removes the rules whose idle or hard timeout has passed at `now`.
    ///
    /// Counters and last uses must be up to date, or a rule in use goes.
    public func expire(now: ContinuousClock.Instant) -> [RemovedRule] {
        var removed: [RemovedRule] = []
        for rule in expiring {
            let hard = Duration.seconds(Int(rule.hardTimeoutSeconds))
            let idle = Duration.seconds(Int(rule.idleTimeoutSeconds))
            if rule.hardTimeoutSeconds != 0, now - rule.modified >= hard {
                removed.append(RemovedRule(rule: rule, reason: .hardTimeout))
            } else if rule.idleTimeoutSeconds != 0, now - rule.used >= idle {
                removed.append(RemovedRule(rule: rule, reason: .idleTimeout))
            }
        }
        removed.forEach { uninstall($0.rule) }
        noteChange(removed.map(\.rule))
        return removed
    }

    /// Empties every table.
    public func removeAll() -> [RemovedRule] {
        delete(select(RuleSelection()), reason: .delete)
    }

    // MARK: Commands

    private func add(_ change: FlowMod) throws(OpenFlowError) -> [RemovedRule] {
        let table = existing(change.table ?? 0)
        let old = table.find(change.match, priority: change.priority)
        if old == nil, change.checksOverlap, table.overlaps(change.match, priority: change.priority) {
            throw OpenFlowError(.overlap, "a flow of priority \(change.priority) overlaps")
        }
        let list = actionLists.list(change.actions)
        try check(list.references)
        let rule = table.makeRule(change, list: list, now: now)
        if let old {
            uninstall(old)
            if !change.resetsCounts {
                rule.inherit(countersOf: old)
                old.successor = rule
            }
        }
        table.insert(rule)
        rule.list = actionLists.retain(rule.list)
        if rule.canExpire { expiring.insert(rule) }
        noteChange([rule])
        return old.map { [RemovedRule(rule: $0, reason: .replaced)] } ?? []
    }

    private func modify(_ change: FlowMod, _ rules: [Rule]) throws(OpenFlowError) -> [RemovedRule] {
        if rules.isEmpty {
            guard change.setsCookie || change.addsIfNothingFound, change.cookieMask == 0 else { return [] }
            return try add(change)
        }
        let now = now
        let list = actionLists.list(change.actions)
        try check(list.references)
        var altered: [Rule] = []
        for rule in rules {
            if change.setsCookie { rule.cookie = change.cookie }
            if change.resetsCounts { rule.resetCounters() }
            rule.modified = now
            if rule.actions != change.actions {
                let old = rule.list
                rule.list = actionLists.retain(list)
                actionLists.release(old)
                altered.append(rule)
            }
        }
        noteChange(altered)
        return []
    }

    private func delete(_ rules: [Rule], reason: RemovalReason) -> [RemovedRule] {
        rules.forEach(uninstall)
        noteChange(rules)
        return rules.map { RemovedRule(rule: $0, reason: reason) }
    }

    // MARK: Parts

    private func selection(_ change: FlowMod) -> RuleSelection {
        var selection = RuleSelection(table: change.table, match: change.match)
        selection.cookie = change.cookieMatch
        selection.cookieMask = change.cookieMask
        // Modification is not restricted by the output port, whatever the message says (OpenFlow 1.3.5, 6.4).
        if change.command == .delete {
            selection.outPort = change.outPort
            selection.outGroup = change.outGroup
        }
        return selection
    }

    private func strictSelection(_ change: FlowMod) -> [Rule] {
        let candidates = change.table.map { [table($0)] } ?? tables
        return candidates.compactMap { table in
            guard let rule = table?.find(change.match, priority: change.priority) else { return nil }
            guard (rule.cookie ^ change.cookieMatch) & change.cookieMask == 0 else { return nil }
            guard change.command == .deleteStrict else { return rule }
            if let port = change.outPort, !rule.outputs(to: port) { return nil }
            if let group = change.outGroup, !rule.sends(toGroup: group) { return nil }
            return rule
        }
    }

    private func existing(_ number: UInt8) -> FlowTable {
        if let table = tables[Int(number)] { return table }
        let table = FlowTable(number: number)
        tables[Int(number)] = table
        return table
    }

    func removeRules(_ reason: RemovalReason, whose condition: (ActionList) -> Bool) -> [RemovedRule] {
        var going: [Rule] = []
        forEach { if condition($0.list) { going.append($0) } }
        return delete(going, reason: reason)
    }

    private func uninstall(_ rule: Rule) {
        guard rule.isInstalled else { return }
        table(rule.table)?.remove(rule)
        actionLists.release(rule.list)
        expiring.remove(rule)
    }

    /// Groups have changed: whatever sends to one may go elsewhere now.
    func noteChangeOfGroups() {
        generation &+= 1
        changed?(FlowTableChange(tables: [], rules: [], isGlobal: true))
    }

    private func noteChange(_ rules: [Rule]) {
        guard !rules.isEmpty else { return }
        generation &+= 1
        changed?(FlowTableChange(tables: Set(rules.map(\.table)), rules: rules, isGlobal: false))
    }
}

extension Rule {
    /// Whether the rule's values are those of `match` wherever that looks; the rule's mask covers the other's.
    nonisolated func agrees(with match: Match) -> Bool {
        for (position, index) in shape.indices.enumerated() {
            if (values[position] ^ match.key[index]) & match.mask[index] != 0 { return false }
        }
        return true
    }
}
