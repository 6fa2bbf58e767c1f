import Control

/// Who goes when the table is full (ovs-vswitchd.conf.db(5), table Flow_Table).
extension FlowTable {
    /// Whether a further rule has no room.
    var isFull: Bool { configuration.flowLimit.map { ruleCount >= $0 } ?? false }

    /// Whether rules make room for new ones: the operator or a controller (OFPTC_EVICTION) wants it.
    var evicts: Bool { configuration.evictsOnOverflow || evictsByRequest }

    /// The rule that has to make room: of the largest group of rules with timeouts the one of the least importance and,
    /// among those, the one that would expire first; nil: none may be evicted.
    ///
    /// Linear in the table's rules, whose last uses change all the time; the tables that evict are small.
    func ruleToEvict() -> Rule? {
        guard evicts else { return nil }
        var groups: [[UInt128]: (count: Int, first: Rule)] = [:]
        for rule in rules {
            guard rule.canExpire else { continue }
            let group = evictionGroup(of: rule)
            guard let known = groups[group] else {
                groups[group] = (1, rule)
                continue
            }
            groups[group] = (known.count + 1, rule.goes(before: known.first) ? rule : known.first)
        }
        return groups.values.max { $0.count < $1.count }?.first
    }

    /// What the rule matches in the fields that tell groups apart.
    private func evictionGroup(of rule: Rule) -> [UInt128] {
        guard !configuration.evictionGroups.isEmpty else { return [] }
        let key = rule.match.key
        return configuration.evictionGroups.map { $0.field.get(key) & $0.mask }
    }
}

extension Rule {
    /// When the rule goes if no packet meets it; nil: never.
    fileprivate var expiration: ContinuousClock.Instant? {
        let hard = hardTimeoutSeconds == 0 ? nil : modified + .seconds(Int(hardTimeoutSeconds))
        let idle = idleTimeoutSeconds == 0 ? nil : used + .seconds(Int(idleTimeoutSeconds))
        guard let hard, let idle else { return hard ?? idle }
        return min(hard, idle)
    }

    fileprivate func goes(before other: Rule) -> Bool {
        if importance != other.importance { return importance < other.importance }
        guard let expiration else { return false }
        return other.expiration.map { expiration < $0 } ?? true
    }
}
