import Control

/// The rules of a table, in no particular order; each knows its position. Cursors walk over them while they change.
@ControlActor
struct RuleList {
    private(set) var rules: ContiguousArray<Rule> = []
    private var cursors: [WeakCursor] = []

    private struct WeakCursor {
        weak var cursor: RuleCursor?
    }

    nonisolated init() {}

    func contains(_ rule: Rule) -> Bool {
        let position = Int(rule.position)
        return position < rules.count && rules[position] === rule
    }

    mutating func append(_ rule: Rule) {
        rule.position = UInt32(truncatingIfNeeded: rules.count)
        rules.append(rule)
    }

    /// Takes out a rule that is there.
    ///
    /// Walks go downwards: what is below a walk's position it has not met yet. The gap moves up over each walk's
    /// position in turn, by the rule just below it, so that no walk misses or repeats one.
    mutating func remove(_ rule: Rule) {
        var gap = Int(rule.position)
        if !cursors.isEmpty {
            cursors.removeAll { $0.cursor == nil }
            let walks = cursors.compactMap(\.cursor).filter { $0.left > gap }.sorted { $0.left < $1.left }
            for walk in walks {
                walk.left -= 1
                move(walk.left, to: gap)
                gap = walk.left
            }
        }
        move(rules.count - 1, to: gap)
        rules.removeLast()
    }

    mutating func removeAll() {
        rules = []
        for cursor in cursors { cursor.cursor?.left = 0 }
    }

    private mutating func move(_ from: Int, to place: Int) {
        guard from != place else { return }
        rules[place] = rules[from]
        rules[place].position = UInt32(truncatingIfNeeded: place)
    }

    // MARK: Walks

    mutating func begin(_ cursor: RuleCursor) {
        cursors.removeAll { $0.cursor == nil }
        cursors.append(WeakCursor(cursor: cursor))
    }

    mutating func end(_ cursor: RuleCursor) { cursors.removeAll { $0.cursor == nil || $0.cursor === cursor } }

    /// Where every rule stands, and how far walks are.
    struct Places {
        fileprivate let rules: ContiguousArray<Rule>
        fileprivate let walks: [(cursor: RuleCursor, left: Int)]
    }

    /// nil: nobody walks.
    var places: Places? {
        let walks = cursors.compactMap { $0.cursor.map { (cursor: $0, left: $0.left) } }
        return walks.isEmpty ? nil : Places(rules: rules, walks: walks)
    }

    /// All that has changed since then is undone: puts the rules back where they stood, so that walks go on as if
    /// nothing had been. Those that left and came back would else be missed, or met twice.
    mutating func restore(_ places: Places) {
        guard places.rules.count == rules.count else { return }
        rules = places.rules
        for (position, rule) in rules.enumerated() { rule.position = UInt32(truncatingIfNeeded: position) }
        for walk in places.walks { walk.cursor.left = walk.left }
    }
}
