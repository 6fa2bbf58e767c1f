/// Part of a conjunctive match: a `conjunction(id,clause/count)` action.
struct Conjunction: Sendable, Hashable {
    let id: UInt32
    let clause: UInt8
    let count: UInt8
}

/// Which conjunctions a packet satisfies, learned clause by clause from the rules it meets.
struct ConjunctionTally {
    /// Bits of clauses that are satisfied or do not exist, by ID.
    private var clauses: [UInt32: UInt64] = [:]

    /// Adds what a rule says; those that are complete by it, in order, each told once.
    mutating func add(_ conjunctions: [Conjunction]) -> [UInt32] {
        var complete: [UInt32] = []
        for conjunction in conjunctions {
            // Clauses beyond the count count as met. A decoder lets 2 to 64 through.
            let absent: UInt64 = conjunction.count >= 64 ? 0 : .max << UInt64(conjunction.count)
            let before = clauses[conjunction.id] ?? absent
            let now = before | 1 << UInt64(conjunction.clause & 63)
            clauses[conjunction.id] = now
            if now == .max, before != .max { complete.append(conjunction.id) }
        }
        return complete
    }
}
