import Control
import Packets

/// One flow table: a classifier over its rules (OVS: `struct oftable` with its `struct classifier`).
@ControlActor
public final class FlowTable {
    public let number: UInt8
    /// Packets that were looked up here, and those that found a rule; credited by the owner.
    public private(set) var lookupCount: UInt64 = 0
    public private(set) var matchedCount: UInt64 = 0

    /// What the operator asks; changed through ``FlowTables/configure(_:)``.
    public internal(set) var configuration = FlowTableConfiguration()
    /// Whether a controller wants flows with timeouts to make room (OFPTC_EVICTION).
    public internal(set) var evictsByRequest = false
    /// What happens to packets that match nothing; nil: what the connections' versions say.
    public internal(set) var miss: TableMod.Miss?
    /// At which vacancies a controller is told.
    public internal(set) var vacancy: TableMod.Vacancy?
    /// What is told next of the vacancy.
    var awaited = TableStatus.Reason.vacancyDown

    /// In no particular order; each rule knows its position.
    private(set) var rules: [Rule] = []
    private var subtables: [FlowMask: Subtable] = [:]
    /// The subtables by falling highest priority; nil after a change of that order.
    private var ordered: [Subtable]?
    private let seed = UInt64.random(in: .min ... .max)

    init(number: UInt8) { self.number = number }

    public var ruleCount: Int { rules.count }

    /// Adds the packets of datapath flows whose translation went through this table.
    public func credit(lookups: UInt64, matches: UInt64) {
        lookupCount &+= lookups
        matchedCount &+= matches
    }

    /// The rule of the highest priority that matches `key`; adds to `mask` the bits that decided it and no others.
    ///
    /// Any key that agrees with `key` on the bits added finds the same rule as long as the table does not change.
    public func lookup(_ key: FlowKey, mask: inout FlowMask) -> Rule? {
        guard !rules.isEmpty else { return nil }
        var best: Rule?
        withUnsafeBytes(of: key) { keyBytes in
            withUnsafeMutableBytes(of: &mask) { maskBytes in
                guard let keyWords = keyBytes.assumingMemoryBound(to: UInt64.self).baseAddress,
                    let maskWords = maskBytes.assumingMemoryBound(to: UInt64.self).baseAddress
                else { return }
                for subtable in subtablesByPriority() {
                    if let best, best.priority >= subtable.maximumPriority { break }
                    guard let rule = subtable.lookup(keyWords, mask: maskWords) else { continue }
                    if best.map({ rule.priority > $0.priority }) ?? true { best = rule }
                }
            }
        }
        return best
    }

    /// The rule with exactly this match and priority.
    func find(_ match: Match, priority: UInt16) -> Rule? {
        guard let subtable = subtables[match.mask] else { return nil }
        let values = subtable.shape.values(of: match.key)
        return subtable.find(values: values, hash: subtable.hash(values), priority: priority)
    }

    /// Whether some rule of `priority` could match a packet that `match` matches too.
    func overlaps(_ match: Match, priority: UInt16) -> Bool {
        rules.contains { rule in
            guard rule.priority == priority else { return false }
            for (position, index) in rule.shape.indices.enumerated() {
                let common = rule.shape.words[position] & match.mask[index]
                if (rule.values[position] ^ match.key[index]) & common != 0 { return false }
            }
            return true
        }
    }

    /// Makes a rule for this table, not yet in it.
    func makeRule(_ change: FlowMod, list: ActionList, now: ContinuousClock.Instant) -> Rule {
        let shape = subtable(for: change.match.mask).shape
        let values = shape.values(of: change.match.key)
        let hash = subtable(for: change.match.mask).hash(values)
        return Rule(change, list: list, table: number, shape: shape, values: values, hash: hash, now: now)
    }

    func insert(_ rule: Rule) {
        let subtable = subtable(for: rule.shape.mask)
        let before = subtable.maximumPriority
        let wasEmpty = subtable.isEmpty
        subtable.insert(rule)
        if wasEmpty || subtable.maximumPriority != before { ordered = nil }
        rule.position = rules.count
        rule.isInstalled = true
        rules.append(rule)
    }

    func remove(_ rule: Rule) {
        guard rule.isInstalled, rule.position < rules.count, rules[rule.position] === rule else { return }
        rule.isInstalled = false
        if let last = rules.popLast(), last !== rule {
            rules[rule.position] = last
            last.position = rule.position
        }
        guard let subtable = subtables[rule.shape.mask] else { return }
        let before = subtable.maximumPriority
        subtable.remove(rule)
        if subtable.isEmpty {
            subtables[rule.shape.mask] = nil
            ordered = nil
        } else if subtable.maximumPriority != before {
            ordered = nil
        }
    }

    /// The rule gets another list of actions: between the two calls.
    func willChangeActions(of rule: Rule) {}
    func didChangeActions(of rule: Rule) {}

    /// Masks in use, for `dpctl`-like inspection and tests.
    var subtableCount: Int { subtables.count }

    private func subtable(for mask: FlowMask) -> Subtable {
        if let known = subtables[mask] { return known }
        let made = Subtable(shape: MaskShape(mask), seed: seed)
        subtables[mask] = made
        return made
    }

    private func subtablesByPriority() -> [Subtable] {
        if let ordered { return ordered }
        let sorted = subtables.values.filter { !$0.isEmpty }.sorted { left, right in
            left.maximumPriority != right.maximumPriority
                ? left.maximumPriority > right.maximumPriority
                // Any fixed order will do; the narrower mask first makes narrower datapath flows of ties.
                : left.shape.indices.count < right.shape.indices.count
        }
        ordered = sorted
        return sorted
    }
}
