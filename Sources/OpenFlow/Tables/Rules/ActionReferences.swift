/// What a list of actions, nested ones included, refers to in other tables.
struct ActionReferences {
    /// How deep lists may lie in lists; decoders allow less.
    private static let deepest = 64

    private(set) var groups: [UInt32] = []
    private(set) var meters: [UInt32] = []
    private(set) var learnsDeleted: [LearnAction] = []

    /// Not empty: the rule is a clause of conjunctions.
    private(set) var conjunctions: [Conjunction] = []

    init(_ actions: [Action]) {
        collect(actions, depth: 0)
        for case .conjunction(let id, let clause, let count) in actions {
            conjunctions.append(Conjunction(id: id, clause: clause, count: count))
        }
    }

    private mutating func collect(_ actions: [Action], depth: Int) {
        guard depth < Self.deepest else { return }
        for action in actions {
            switch action {
            case .group(let id):
                if !groups.contains(id) { groups.append(id) }
            case .meter(let id):
                if !meters.contains(id) { meters.append(id) }
            case .learn(let learn) where learn.deletesLearned:
                learnsDeleted.append(learn)
            case .clone(let inner), .writeActions(let inner):
                collect(inner, depth: depth + 1)
            default:
                continue
            }
        }
    }
}
