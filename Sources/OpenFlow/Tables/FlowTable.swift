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
    public private(set) var configuration = FlowTableConfiguration()
    /// Whether a controller wants flows with timeouts to make room (OFPTC_EVICTION).
    public internal(set) var evictsByRequest = false
    /// What happens to packets that match nothing; nil: what the connections' versions say.
    public internal(set) var miss: TableMod.Miss?
    /// At which vacancies a controller is told.
    public internal(set) var vacancy: TableMod.Vacancy?
    /// What is told next of the vacancy.
    var awaited = TableStatus.Reason.vacancyDown

    /// In no particular order; each rule knows its position.
    private(set) var rules: ContiguousArray<Rule> = []
    private(set) var subtables: [FlowMask: Subtable] = [:]
    /// The one that was asked for last: changes come in rows of one mask, and a mask is long to hash.
    private var recent: Subtable?
    private var madeSubtables: UInt64 = 0
    /// The subtables by falling highest priority; nil after a change of that order.
    private var ordered: [Subtable]?
    private(set) var prefixes = PrefixTries()
    private let seed = UInt64.random(in: .min ... .max)

    init(number: UInt8) { self.number = number }

    public var ruleCount: Int { rules.count }

    /// A controller's name for the table; the operator's comes before it.
    var nameByRequest: String?

    /// The operator's or a controller's name for it.
    var givenName: String? { configuration.name ?? nameByRequest }
    /// The same, or `tableN`.
    public var name: String { givenName ?? "table\(number)" }

    /// Adds the packets of datapath flows whose translation went through this table.
    public func credit(lookups: UInt64, matches: UInt64) {
        lookupCount &+= lookups
        matchedCount &+= matches
    }

    /// The rule with exactly this match and priority.
    func find(_ match: Match, priority: UInt16) -> Rule? {
        guard let subtable = subtable(of: match) else { return nil }
        let values = subtable.shape.values(of: match)
        return subtable.find(values: values, hash: subtable.hash(values), priority: priority)
    }

    /// Whether some rule of `priority` could match a packet that `match` matches too.
    func overlaps(_ match: Match, priority: UInt16) -> Bool {
        for subtable in subtables.values where subtable.has(priority: priority) {
            let shape = subtable.shape
            if match.mask.isSuperset(of: shape.mask) {
                // All that the subtable looks at is given: its hash finds the rules that would overlap.
                let values = shape.values(of: match)
                if subtable.find(values: values, hash: subtable.hash(values), priority: priority) != nil { return true }
            } else if subtable.contains(where: { $0.priority == priority && $0.agrees(with: match) }) {
                return true
            }
        }
        return false
    }

    /// Calls `body` with every rule that is at least as specific as `match`.
    func forEach(asSpecificAs match: Match, _ body: (Rule) -> Void) {
        if match.mask.isEmpty {
            for rule in rules { body(rule) }
            return
        }
        for subtable in subtables.values where subtable.shape.mask.isSuperset(of: match.mask) {
            if subtable.shape.mask == match.mask {
                subtable.forEach(values: subtable.shape.values(of: match), body)
            } else {
                subtable.forEach { if $0.agrees(with: match) { body($0) } }
            }
        }
    }

    // MARK: Change

    /// Makes a rule for this table, not yet in it.
    func makeRule(_ change: FlowMod, list: ActionList, now: ContinuousClock.Instant) -> Rule {
        // A mask that no rule has yet gets its subtable with the rule's insertion, or none.
        let shape = subtable(of: change.match)?.shape ?? MaskShape(change.match.mask)
        let values = shape.values(of: change.match)
        return Rule(
            change, list: list, table: number, shape: shape, values: values,
            hash: Subtable.hash(values, seed: seed), now: now)
    }

    func insert(_ rule: Rule) {
        let subtable = subtable(for: rule)
        let before = subtable.maximumPriority
        let wasEmpty = subtable.isEmpty
        subtable.insert(rule)
        if wasEmpty || subtable.maximumPriority != before { ordered = nil }
        prefixes.insert(rule, of: subtable)
        rule.isInstalled = true
        rule.position = UInt32(truncatingIfNeeded: rules.count)
        rules.append(rule)
    }

    func remove(_ rule: Rule) {
        let position = Int(rule.position)
        guard rule.isInstalled, position < rules.count, rules[position] === rule else { return }
        rule.isInstalled = false
        guard let subtable = subtable(of: rule.shape) else { return }
        subtable.remove(rule)
        prefixes.remove(rule, of: subtable)
        if subtable.isEmpty {
            subtables[rule.shape.mask] = nil
            recent = nil
        }
        if subtable.isEmpty || subtable.isPriorityStale { ordered = nil }
        if let last = rules.popLast(), last !== rule {
            rules[position] = last
            last.position = rule.position
        }
    }

    /// Takes every rule out, which is far less work than one by one.
    func removeAll() {
        for rule in rules {
            rule.isInstalled = false
            rule.next = nil
        }
        rules = []
        subtables = [:]
        recent = nil
        ordered = nil
        prefixes = PrefixTries(prefixes.fields)
    }

    private func subtable(for rule: Rule) -> Subtable {
        if let known = subtable(of: rule.shape) { return known }
        madeSubtables &+= 1
        let made = Subtable(shape: rule.shape, serial: madeSubtables, seed: seed, fields: prefixes.fields)
        subtables[rule.shape.mask] = made
        recent = made
        return made
    }

    private func subtable(of match: Match) -> Subtable? {
        if let recent, recent.shape.isMask(of: match) { return recent }
        return subtable(inUse: match.mask)
    }

    private func subtable(of shape: MaskShape) -> Subtable? {
        if let recent, recent.shape === shape { return recent }
        return subtable(inUse: shape.mask)
    }

    private func subtable(inUse mask: FlowMask) -> Subtable? {
        guard let known = subtables[mask] else { return nil }
        recent = known
        return known
    }

    /// The subtables in the order in which a look-up asks them.
    func subtablesByPriority() -> [Subtable] {
        if let ordered { return ordered }
        let sorted = subtables.values.map { subtable in
            subtable.refreshPriority()
            return subtable
        }.sorted { left, right in
            left.maximumPriority != right.maximumPriority
                ? left.maximumPriority > right.maximumPriority
                // The standard leaves it open; in OVS the mask that was there first wins, as a rule.
                : left.serial < right.serial
        }
        ordered = sorted
        return sorted
    }

    func configure(_ wish: FlowTableConfiguration) {
        guard wish != configuration else { return }
        let fields = wish.prefixes.map { Array($0.compactMap { PrefixField($0) }.prefix(4)) } ?? PrefixField.standard
        configuration = wish
        guard fields != prefixes.fields else { return }
        prefixes = PrefixTries(fields)
        for subtable in subtables.values {
            subtable.track(fields)
            subtable.forEach { prefixes.insert($0, of: subtable) }
        }
    }

    /// Masks in use, for `dpctl`-like inspection and tests.
    var subtableCount: Int { subtables.count }
}
