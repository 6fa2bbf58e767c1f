import Control

/// OFPT_FLOW_MOD's commands. Each checks all that can fail before it changes anything.
extension FlowTables {
    /// Whether a controller may change the table that it names, which can be told at once.
    nonisolated static func checkTable(of change: FlowMod) throws(OpenFlowError) {
        guard let table = change.table, table >= internalTable else { return }
        if table == internalTable { throw OpenFlowError(.permissions, "table \(table) is the switch's own") }
        throw OpenFlowError(.badTable, "table \(table) does not exist")
    }

    func carryOut(_ change: FlowMod) throws(OpenFlowError) {
        try Self.checkTable(of: change)
        switch change.command {
        case .add: try add(change)
        case .modify: try modify(change, select(selection(change)))
        case .modifyStrict: try modify(change, strictSelection(change))
        case .delete: delete(select(selection(change)), reason: .delete)
        case .deleteStrict: delete(strictSelection(change), reason: .delete)
        }
    }

    private func add(_ change: FlowMod) throws(OpenFlowError) {
        let table = existing(change.table ?? 0)
        let list = actionLists.list(change.actions)
        try check(list.references)
        let old = table.find(change.match, priority: change.priority)
        var evicted: Rule?
        if old == nil {
            if change.checksOverlap, table.overlaps(change.match, priority: change.priority) {
                throw OpenFlowError(.overlap, "a flow of priority \(change.priority) overlaps")
            }
            if table.isFull {
                evicted = table.ruleToEvict()
                guard evicted != nil else {
                    throw OpenFlowError(.tableFull, "table \(table.number) has \(table.ruleCount) flows")
                }
            }
        }
        if let evicted { delete([evicted], reason: .eviction) }
        let rule = table.makeRule(change, list: list, now: now)
        guard let old else {
            install(rule)
            batch?.altered.append(rule)
            note(.added(previousActions: nil), rule)
            return
        }
        uninstall(old)
        install(rule)
        old.hand(over: rule, resetsCounts: change.resetsCounts)
        batch?.altered.append(rule)
        batch?.removed.append(RemovedRule(rule: old, reason: .replaced))
        note(.added(previousActions: old.list.actions == list.actions ? nil : old.list.actions), rule)
    }

    private func modify(_ change: FlowMod, _ rules: [Rule]) throws(OpenFlowError) {
        if rules.isEmpty {
            guard change.setsCookie || change.addsIfNothingFound, change.cookieMask == 0 else { return }
            return try add(change)
        }
        let list = actionLists.list(change.actions)
        try check(list.references)
        let now = now
        for rule in rules { modify(rule, change, list, now) }
    }

    private func modify(_ rule: Rule, _ change: FlowMod, _ list: ActionList, _ now: ContinuousClock.Instant) {
        let before = rule.state
        note(.modified(rule, before))
        let hasNewCookie = change.setsCookie && rule.cookie != change.cookie
        if hasNewCookie { setCookie(change.cookie, of: rule) }
        if change.resetsCounts { rule.resetCounters() }
        rule.modified = now
        let isAltered = before.list.actions != list.actions
        if isAltered {
            exchange(list, in: rule)
            batch?.altered.append(rule)
        }
        if isAltered || hasNewCookie {
            note(.modified(previousActions: isAltered ? before.list.actions : nil), rule)
        }
    }

    func delete(_ rules: [Rule], reason: RemovalReason) {
        let going = rules.filter(\.isInstalled)
        let emptied = emptyWholeTables(of: going)
        for rule in going {
            if rule.isInstalled {
                table(rule.table)?.remove(rule)
            } else if !emptied.contains(rule.table) {
                continue
            }
            forget(rule)
            batch?.altered.append(rule)
            batch?.removed.append(RemovedRule(rule: rule, reason: reason))
            note(.removed(reason), rule)
        }
    }

    /// Empties at once the tables all of whose rules are among `rules`, each of which is there once; returns their
    /// numbers.
    private func emptyWholeTables(of rules: [Rule]) -> Set<UInt8> {
        guard rules.count >= 64 else { return [] }
        var counts: [UInt8: Int] = [:]
        for rule in rules { counts[rule.table, default: 0] += 1 }
        let whole = counts.filter { table($0.key)?.ruleCount == $0.value }.keys
        for number in whole { table(number)?.removeAll() }
        return Set(whole)
    }

    // MARK: Which rules

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
        let candidates = change.table.map { [table($0)] } ?? existingTables
        return candidates.compactMap { table in
            guard let rule = table?.find(change.match, priority: change.priority) else { return nil }
            guard (rule.cookie ^ change.cookieMatch) & change.cookieMask == 0 else { return nil }
            guard change.command == .deleteStrict else { return rule }
            if let port = change.outPort, !rule.outputs(to: port) { return nil }
            if let group = change.outGroup, !rule.sends(toGroup: group) { return nil }
            return rule
        }
    }

    // MARK: Steps

    func install(_ rule: Rule) {
        rule.successor = nil
        rule.list = actionLists.retain(rule.list)
        table(rule.table)?.insert(rule)
        if rule.canExpire { expiring.insert(rule) }
        countLearners(rule.list, 1)
        note(.installed(rule))
    }

    func uninstall(_ rule: Rule) {
        guard rule.isInstalled else { return }
        table(rule.table)?.remove(rule)
        forget(rule)
    }

    /// What is to be done about a rule that has left its table.
    private func forget(_ rule: Rule) {
        actionLists.release(rule.list)
        if rule.canExpire { expiring.remove(rule) }
        countLearners(rule.list, -1)
        note(.uninstalled(rule))
    }

    private func exchange(_ list: ActionList, in rule: Rule) {
        let old = rule.list
        rule.list = actionLists.retain(list)
        countLearners(rule.list, 1)
        actionLists.release(old)
        countLearners(old, -1)
    }

    private func setCookie(_ cookie: UInt64, of rule: Rule) { rule.cookie = cookie }

    /// Undoes a modification.
    func restore(_ rule: Rule, _ state: Rule.State) {
        if rule.list !== state.list { exchange(state.list, in: rule) }
        setCookie(state.cookie, of: rule)
        rule.state = state
    }
}
