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
    /// Those who walk over ``rules`` while they change.
    private var cursors: [WeakCursor] = []
    private(set) var subtables: [FlowMask: Subtable] = [:]
    /// The one that was asked for last: changes come in rows of one mask, and a mask is long to hash.
    private var recent: Subtable?
    private var madeSubtables: UInt64 = 0
    /// The subtables by falling highest priority; nil after a change of that order.
    private var ordered: [Subtable]?
    /// The fields whose prefixes are told apart, and which prefixes rules have in them.
    private(set) var prefixFields = PrefixField.standard
    private(set) var tries: [PrefixTrie]
    private let seed = UInt64.random(in: .min ... .max)

    init(number: UInt8) {
        self.number = number
        tries = prefixFields.map { _ in PrefixTrie() }
    }

    public var ruleCount: Int { rules.count }

    /// A controller's name for the table; the operator's comes before it.
    var nameByRequest: String?

    /// The operator's or a controller's name for it, or `tableN`.
    public var name: String { configuration.name ?? nameByRequest ?? "table\(number)" }

    /// Adds the packets of datapath flows whose translation went through this table.
    public func credit(lookups: UInt64, matches: UInt64) {
        lookupCount &+= lookups
        matchedCount &+= matches
    }

    /// The rule with exactly this match and priority.
    func find(_ match: Match, priority: UInt16) -> Rule? {
        guard let subtable = subtable(of: match.mask) else { return nil }
        let values = subtable.shape.values(of: match.key)
        return subtable.find(values: values, hash: subtable.hash(values), priority: priority)
    }

    /// Whether some rule of `priority` could match a packet that `match` matches too.
    func overlaps(_ match: Match, priority: UInt16) -> Bool {
        for subtable in subtables.values where subtable.has(priority: priority) {
            let shape = subtable.shape
            if match.mask.isSuperset(of: shape.mask) {
                // All that the subtable looks at is given: its hash finds the rules that would overlap.
                let values = shape.values(of: match.key)
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
                subtable.forEach(values: subtable.shape.values(of: match.key), body)
            } else {
                subtable.forEach { if $0.agrees(with: match) { body($0) } }
            }
        }
    }

    // MARK: Change

    /// Makes a rule for this table, not yet in it.
    func makeRule(_ change: FlowMod, list: ActionList, now: ContinuousClock.Instant) -> Rule {
        // A mask that no rule has yet gets its subtable with the rule's insertion, or none.
        let shape = subtable(of: change.match.mask)?.shape ?? MaskShape(change.match.mask)
        let values = shape.values(of: change.match.key)
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
        if subtable.prefixes.contains(where: { $0.length > 0 }) {
            let key = rule.shape.key(from: rule.values)
            for (index, prefix) in subtable.prefixes.enumerated() where prefix.length > 0 {
                tries[index].insert(prefixFields[index].value(in: key), length: prefix.length)
            }
        }
        rule.position = UInt32(truncatingIfNeeded: rules.count)
        rule.isInstalled = true
        rules.append(rule)
    }

    func remove(_ rule: Rule) {
        let position = Int(rule.position)
        guard rule.isInstalled, position < rules.count, rules[position] === rule else { return }
        rule.isInstalled = false
        guard let subtable = subtable(of: rule.shape.mask) else { return }
        subtable.remove(rule)
        if subtable.prefixes.contains(where: { $0.length > 0 }) {
            let key = rule.shape.key(from: rule.values)
            for (index, prefix) in subtable.prefixes.enumerated() where prefix.length > 0 {
                tries[index].remove(prefixFields[index].value(in: key), length: prefix.length)
            }
        }
        if subtable.isEmpty {
            subtables[rule.shape.mask] = nil
            recent = nil
        }
        if subtable.isEmpty || subtable.isPriorityStale { ordered = nil }
        fillGap(at: position)
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
        tries = prefixFields.map { _ in PrefixTrie() }
        for cursor in cursors { cursor.cursor?.left = 0 }
    }

    private func subtable(for rule: Rule) -> Subtable {
        if let known = subtable(of: rule.shape.mask) { return known }
        madeSubtables &+= 1
        let made = Subtable(shape: rule.shape, serial: madeSubtables, seed: seed, fields: prefixFields)
        subtables[rule.shape.mask] = made
        recent = made
        return made
    }

    private func subtable(of mask: FlowMask) -> Subtable? {
        if let recent, recent.shape.mask == mask { return recent }
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
        let wishes = wish.prefixes.map { Array($0.compactMap { PrefixField($0) }.prefix(4)) } ?? PrefixField.standard
        configuration = wish
        guard wishes != prefixFields else { return }
        prefixFields = wishes
        tries = wishes.map { _ in PrefixTrie() }
        for subtable in subtables.values { subtable.track(wishes) }
        for rule in rules {
            for (index, field) in wishes.enumerated() {
                let length = subtables[rule.shape.mask]?.prefixes[index].length ?? 0
                if length > 0 { tries[index].insert(field.value(in: rule.match.key), length: length) }
            }
        }
    }

    // MARK: Walks

    func begin(_ cursor: RuleCursor) {
        cursors.removeAll { $0.cursor == nil }
        cursors.append(WeakCursor(cursor: cursor))
    }

    func end(_ cursor: RuleCursor) { cursors.removeAll { $0.cursor == nil || $0.cursor === cursor } }

    /// A rule has left its place. Walks go downwards: what is below a walk's position it has not met yet. The gap moves
    /// up over each walk's position in turn, by the rule just below it, so that no walk misses or repeats one.
    private func fillGap(at position: Int) {
        var gap = position
        if !cursors.isEmpty {
            cursors.removeAll { $0.cursor == nil }
            let walks = cursors.compactMap(\.cursor).filter { $0.left > position }.sorted { $0.left < $1.left }
            for walk in walks {
                walk.left -= 1
                move(walk.left, to: gap)
                gap = walk.left
            }
        }
        move(rules.count - 1, to: gap)
        rules.removeLast()
    }

    private func move(_ from: Int, to place: Int) {
        guard from != place else { return }
        rules[place] = rules[from]
        rules[place].position = UInt32(truncatingIfNeeded: place)
    }

    /// Where every rule stands, and how far walks are; nil: nobody walks.
    struct Places {
        fileprivate let rules: ContiguousArray<Rule>
        fileprivate let walks: [(cursor: RuleCursor, left: Int)]
    }

    var places: Places? {
        let walks = cursors.compactMap { $0.cursor.map { (cursor: $0, left: $0.left) } }
        return walks.isEmpty ? nil : Places(rules: rules, walks: walks)
    }

    /// All that has changed since then is undone: puts the rules back where they stood, so that walks go on as if nothing had
    /// been. Those that left and came back would else be missed, or met twice.
    func restore(_ places: Places) {
        guard places.rules.count == rules.count else { return }
        rules = places.rules
        for (position, rule) in rules.enumerated() { rule.position = UInt32(truncatingIfNeeded: position) }
        for walk in places.walks { walk.cursor.left = walk.left }
    }

    private struct WeakCursor {
        weak var cursor: RuleCursor?
    }

    /// Masks in use, for `dpctl`-like inspection and tests.
    var subtableCount: Int { subtables.count }
}
