import Control
import Packets

extension FlowTable {
    /// The same answer as ``lookup(_:mask:)``, found by looking at each rule: no hashes, no prefixes, no order of
    /// masks.
    ///
    /// What tests compare the classifier with, and the datapath flows that are made of its masks. Takes time in
    /// proportion to the number of rules.
    public func plainLookup(_ key: FlowKey) -> Rule? {
        let matching = rules.filter { $0.matches(key) }.sorted { $0.priority > $1.priority }
        var level = matching[...]
        while let priority = level.first?.priority {
            let equals = level.prefix { $0.priority == priority }
            level = level.dropFirst(equals.count)
            if let rule = equals.first(where: { $0.list.references.conjunctions.isEmpty }) { return rule }
            var tally = ConjunctionTally()
            for clause in equals {
                for id in tally.add(clause.list.references.conjunctions) {
                    if let rule = plainLookup(key, conjunction: id) { return rule }
                }
            }
        }
        return nil
    }

    /// The rule of the highest priority for the key as one that satisfies a conjunction, clauses left aside.
    private func plainLookup(_ key: FlowKey, conjunction id: UInt32) -> Rule? {
        var key = key
        key.setHost32(FlowField.conjunctionID, id)
        return rules.filter { $0.list.references.conjunctions.isEmpty && $0.matches(key) }
            .max { $0.priority < $1.priority }
    }
}

extension Rule {
    /// Whether a packet is one that the rule is for.
    fileprivate func matches(_ key: FlowKey) -> Bool {
        let match = match
        return (0..<match.mask.extent).allSatisfy { (match.key[$0] ^ key[$0]) & match.mask[$0] == 0 }
    }
}
