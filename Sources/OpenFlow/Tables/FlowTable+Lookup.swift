import Control
import Packets

extension FlowTable {
    /// The rule of the highest priority that matches `key`; adds to `mask` the bits that decided it and no others.
    ///
    /// Any key that agrees with `key` on the bits added finds the same rule as long as the table does not change.
    /// conj_id is never among them: packets have none, and what it becomes rests on the fields of the clauses.
    public func lookup(_ key: FlowKey, mask: inout FlowMask) -> Rule? {
        guard ruleCount > 0 else { return nil }
        let before = mask.host32(FlowField.conjunctionID)
        defer { mask.setHost32(FlowField.conjunctionID, before) }
        return withUnsafeBytes(of: key) { keyBytes in
            withUnsafeMutableBytes(of: &mask) { maskBytes in
                guard let key = keyBytes.assumingMemoryBound(to: UInt64.self).baseAddress,
                    let mask = maskBytes.assumingMemoryBound(to: UInt64.self).baseAddress
                else { return nil }
                return lookup(key, mask)
            }
        }
    }

    private func lookup(_ key: UnsafePointer<UInt64>, _ mask: UnsafeMutablePointer<UInt64>) -> Rule? {
        var tries = PrefixLookups(prefixes)
        var hard: Rule?
        // Rules that are clauses of conjunctions match only together; each with the subtable that has it.
        var soft: [SoftMatch] = []
        for subtable in subtablesByPriority() {
            if let hard, hard.priority >= subtable.maximumPriority { break }
            guard let rule = subtable.lookup(key, mask: mask, tries: &tries) else { continue }
            if let hard, rule.priority <= hard.priority { continue }
            if rule.list.references.conjunctions.isEmpty {
                hard = rule
            } else {
                soft.append(SoftMatch(rule: rule, subtable: subtable))
            }
        }
        return soft.isEmpty ? hard : resolve(&soft, hard, key, mask)
    }

    /// A rule that matches as one clause of conjunctions.
    private struct SoftMatch {
        var rule: Rule
        let subtable: Subtable
    }

    /// Finds out whether clauses make up a whole, from the highest priority down; else what lies below them.
    private func resolve(
        _ soft: inout [SoftMatch], _ certain: Rule?, _ key: UnsafePointer<UInt64>, _ mask: UnsafeMutablePointer<UInt64>
    ) -> Rule? {
        var hard = certain
        while true {
            soft.removeAll { match in hard.map { match.rule.priority <= $0.priority } ?? false }
            guard let priority = soft.map(\.rule.priority).max() else { return hard }
            var tally = ConjunctionTally()
            for match in soft where match.rule.priority == priority {
                for id in tally.add(match.rule.list.references.conjunctions) {
                    if let rule = lookup(conjunction: id, key, mask) { return rule }
                }
            }
            // None. Rules of lower priority with the same matches come into view.
            var left: [SoftMatch] = []
            for var match in soft {
                if match.rule.priority == priority {
                    guard let next = match.subtable.next(after: match.rule) else { continue }
                    if next.list.references.conjunctions.isEmpty {
                        if hard.map({ next.priority > $0.priority }) ?? true { hard = next }
                        continue
                    }
                    match.rule = next
                }
                left.append(match)
            }
            soft = left
        }
    }

    /// The rule for the key as one that satisfies a conjunction; clauses of others count for nothing here.
    private func lookup(
        conjunction id: UInt32, _ key: UnsafePointer<UInt64>, _ mask: UnsafeMutablePointer<UInt64>
    ) -> Rule? {
        var key = FlowKey(words: key)
        key.setHost32(FlowField.conjunctionID, id)
        var tries = PrefixLookups(prefixes)
        return withUnsafeBytes(of: key) { bytes in
            guard let words = bytes.assumingMemoryBound(to: UInt64.self).baseAddress else { return nil }
            var best: Rule?
            for subtable in subtablesByPriority() {
                if let best, best.priority >= subtable.maximumPriority { break }
                var candidate = subtable.lookup(words, mask: mask, tries: &tries)
                while let clause = candidate, !clause.list.references.conjunctions.isEmpty {
                    candidate = subtable.next(after: clause)
                }
                guard let rule = candidate else { continue }
                if best.map({ rule.priority > $0.priority }) ?? true { best = rule }
            }
            return best
        }
    }
}
