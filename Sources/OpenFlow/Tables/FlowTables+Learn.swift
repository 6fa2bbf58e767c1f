import Control

/// Which flows a learning action makes: those of a cookie in a table (OVS: `struct learned_cookie`).
struct LearnedFlows: Hashable {
    let cookie: UInt64
    let table: UInt8
}

/// What a learning action's flow-mod did.
public enum LearnResult: Sendable {
    /// The flow is there, as it was asked for.
    case learned(Rule)
    /// There are as many flows as the action allows.
    case limitReached
}

extension FlowTables {
    /// Carries out the flow-mod that a learning action made from a packet: adds or alters one flow, or, when it is
    /// there already, lets it begin anew with its hard timeout, which alters no translation.
    ///
    /// - Parameters:
    ///   - change: a strict modification that sets its cookie.
    ///   - limit: how many flows of the cookie there may be in the table; 0: any number.
    ///   - seen: when the packet was.
    /// - Returns: what came of it, and the rules that had to leave (an evicted one).
    public func learn(
        _ change: FlowMod, limit: UInt32, seen: ContinuousClock.Instant
    ) throws(OpenFlowError) -> (LearnResult, [RemovedRule]) {
        let number = change.table ?? 0
        if let known = find(table: number, match: change.match, priority: change.priority) {
            if known.isAsLearned(by: change) {
                if seen > known.modified { known.modified = seen }
                return (.learned(known), [])
            }
        } else if limit > 0 {
            var same = RuleSelection(table: number)
            same.cookie = change.cookie
            same.cookieMask = .max
            if select(same).count >= Int(limit) { return (.limitReached, []) }
        }
        // As in OVS, a flow that is there otherwise gets the actions and the cookie, and keeps its timeouts.
        let removed = try apply(.flow(change), origin: nil)
        guard let rule = find(table: number, match: change.match, priority: change.priority) else {
            throw OpenFlowError(.flowModUnknown, "a learned flow did not come into its table")
        }
        rule.modified = seen
        return (.learned(rule), removed)
    }

    /// `fin_timeout`: a connection of the rule's is ending, so the rule need not stay as long as it would; 0: as it is.
    public func reduceTimeouts(of rule: Rule, idleSeconds: UInt16, hardSeconds: UInt16) {
        guard rule.isInstalled, idleSeconds != 0 || hardSeconds != 0 else { return }
        rule.idleTimeoutSeconds = Self.reduced(rule.idleTimeoutSeconds, to: idleSeconds)
        rule.hardTimeoutSeconds = Self.reduced(rule.hardTimeoutSeconds, to: hardSeconds)
        expiring.insert(rule)
    }

    private static func reduced(_ timeout: UInt16, to limit: UInt16) -> UInt16 {
        if limit == 0 { return timeout }
        return timeout == 0 ? limit : min(timeout, limit)
    }

    /// Counts rules that have learning actions whose flows go with the last of them.
    func countLearners(_ list: ActionList, _ change: Int) {
        for learn in list.references.learnsDeleted {
            let flows = LearnedFlows(cookie: learn.cookie, table: learn.table)
            let left = learners[flows, default: 0] + change
            learners[flows] = left > 0 ? left : nil
            if left <= 0 { batch?.orphans.append(flows) }
        }
    }

    /// Deletes what was learned by actions that no rule has any more; that may take further ones with it.
    func deleteOrphans() {
        while let flows = batch?.orphans.popLast() {
            guard learners[flows] == nil else { continue }
            var selection = RuleSelection(table: flows.table)
            selection.cookie = flows.cookie
            selection.cookieMask = .max
            delete(select(selection), reason: .delete)
        }
    }
}

extension Rule {
    /// Whether the rule is what the flow-mod of a learning action would make it.
    fileprivate func isAsLearned(by change: FlowMod) -> Bool {
        cookie == change.cookie && idleTimeoutSeconds == change.idleTimeoutSeconds
            && hardTimeoutSeconds == change.hardTimeoutSeconds && importance == change.importance
            && sendsFlowRemoved == change.sendsFlowRemoved && actions == change.actions
    }
}
