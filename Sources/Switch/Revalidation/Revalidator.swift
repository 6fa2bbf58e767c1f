import Control
import Datapath
import Logging

/// Keeps the datapath's flows what the tables say, and credits their packets (OVS: the revalidator threads).
///
/// Every installed flow's ``TranslationContext`` is registered here. A change marks what it concerns: a MAC entry only
/// the flows that looked it up, anything else the flows of the bridge. The marked ones are translated again in slices
/// of
/// ``sliceTime``, so that the control thread stays free for misses and connections; a barrier does the rest at once.
/// Twice a second, while there are flows, their counters are read: idle ones go, the others' packets are credited.
@ControlActor
final class Revalidator {
    static let sweepInterval: Duration = .milliseconds(500)
    static let sliceTime: Duration = .milliseconds(2)
    /// Between two slices: time for everything else that the control thread has to do.
    static let slicePause: Duration = .microseconds(300)
    /// How many flows are handled between two looks at the clock.
    static let stride = 16

    unowned let owner: Switch
    let datapath: any DatapathControl
    let log = Logger(label: "dpif")
    /// Every context whose flow is installed. Order means nothing; a removal moves the last into the gap.
    var contexts: [TranslationContext] = []
    private var dependents: [MACDependency: [TranslationContext]] = [:]
    /// MAC changes so far; tells a context made before one from a context made after it.
    private(set) var macChanges: UInt64 = 0
    /// Flows translated again so far, for whatever reason.
    var revalidations: UInt64 = 0
    /// Contexts to translate again for a MAC change: marked, and those of the round under way. Rounds keep the marks'
    /// order, so that flows which displace each other's addresses without end hold nobody up.
    var dirty: [TranslationContext] = []
    var round: [TranslationContext] = []
    /// Rounds and walks that have ended so far: what a barrier waits for.
    var roundsEnded: UInt64 = 0
    var walksEnded: UInt64 = 0
    /// Walk over ``contexts`` for bridge changes: those below are still to be looked at. It goes downwards, so that
    /// what a removal moves into a gap above or below has been looked at, and what is appended is newer than the
    /// change.
    var walkPosition = 0
    /// A bridge changed during the walk: when it ends, another is due.
    var walkAgain = false
    /// The same for reading counters.
    var sweepPosition = 0
    /// The sweep found more than twice the flows that may be: they all go, whatever they carry (OVS does the same).
    var isOverfull = false
    var sweepTimer: ControlTimer?
    var sliceTimer: ControlTimer?

    /// Nothing is looked at while it is set.
    var isPaused = false {
        didSet { if !isPaused { schedule() } }
    }
    private(set) var mostContexts = 0
    /// How long the last complete reading of the counters took, and when the one under way began.
    var sweepDuration = Duration.zero
    var sweepBegan = ContinuousClock.now

    /// The context of the translation under way.
    var translating: TranslationContext?

    /// Flows without packets for so long go (`other_config:max-idle`).
    var maximumIdle: Duration = .seconds(10)
    /// So many flows are kept at most.
    var limit = FlowLimit()
    var flowLimit: Int { limit.current }
    /// Called after each complete reading of the counters.
    var swept: (@ControlActor () -> Void)?

    init(owner: Switch, datapath: any DatapathControl) {
        self.owner = owner
        self.datapath = datapath
    }

    // MARK: Registration

    /// A flow was installed with this context.
    func register(_ context: TranslationContext) {
        guard context.position == nil else { return }
        context.position = contexts.count
        contexts.append(context)
        mostContexts = max(mostContexts, contexts.count)
        addDependencies(of: context)
        // A change may have come between the translation and now.
        if context.isStale { bridgesChanged() }
        if context.isOutdated || context.macChanges != macChanges { markDirty(context) }
        if sweepTimer == nil {
            sweepTimer = ControlTimer(every: Revalidator.sweepInterval) { [weak self] in self?.startSweep() }
        }
    }

    /// The flow has left the datapath, or never came into it.
    func unregister(_ context: TranslationContext) {
        guard let position = context.position else { return }
        removeDependencies(of: context)
        context.position = nil
        let last = contexts.removeLast()
        if last !== context {
            contexts[position] = last
            last.position = position
        }
    }

    /// Puts `new` in `old`'s place, for the same flow.
    func exchange(_ old: TranslationContext, for new: TranslationContext, of flow: DatapathFlow) {
        guard let position = old.position else { return }
        removeDependencies(of: old)
        old.position = nil
        new.position = position
        new.credited = old.credited
        contexts[position] = new
        addDependencies(of: new)
        new.installed(as: flow)
    }

    private func addDependencies(of context: TranslationContext) {
        context.places = context.dependencies.map { dependency in
            dependents[dependency, default: []].append(context)
            return dependents[dependency, default: []].count - 1
        }
    }

    private func removeDependencies(of context: TranslationContext) {
        for (dependency, place) in zip(context.dependencies, context.places) {
            guard let last = dependents[dependency]?.popLast() else { continue }
            if last !== context {
                dependents[dependency]?[place] = last
                if let way = last.dependencies.firstIndex(of: dependency) { last.places[way] = place }
            }
            if dependents[dependency]?.isEmpty == true { dependents[dependency] = nil }
        }
        context.places = []
    }

    // MARK: Changes

    /// The entry of an address has changed: the decisions that looked it up are due again.
    func macChanged(_ dependency: MACDependency) {
        macChanges &+= 1
        if let translating, translating.dependencies.contains(dependency) { translating.isOutdated = true }
        guard let concerned = dependents[dependency] else { return }
        for context in concerned { markDirty(context) }
    }

    /// The translation under way is done; what it learned itself is no news to it.
    func endTranslation() {
        translating?.macChanges = macChanges
        translating = nil
    }

    private func markDirty(_ context: TranslationContext) {
        guard !context.isDirty else { return }
        context.isDirty = true
        dirty.append(context)
        schedule()
    }

    /// A bridge has changed: whoever visited it is due again, told by the bridge's generation.
    func bridgesChanged() {
        guard !contexts.isEmpty else { return }
        if walkPosition > 0 { walkAgain = true } else { walkPosition = contexts.count }
        schedule()
    }
}
