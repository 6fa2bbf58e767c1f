import Control
import Datapath
import Packets

/// The work, in slices or at once.
extension Revalidator {
    private var hasWork: Bool { !isPaused && hasDue }
    private var hasDue: Bool { !round.isEmpty || !dirty.isEmpty || walkPosition > 0 || sweepPosition > 0 }

    func schedule() {
        guard sliceTimer == nil else { return }
        sliceTimer = ControlTimer(after: Revalidator.slicePause, pace: .machine) { [weak self] in self?.runSlice() }
    }

    private func runSlice() {
        sliceTimer = nil
        work()
        if hasWork { schedule() }
    }

    /// Works until nothing is due or a slice's time is over.
    private func work() {
        let end = ContinuousClock.now + Revalidator.sliceTime
        repeat {
            for _ in 0..<Revalidator.stride where !step() { return }
        } while ContinuousClock.now < end
    }

    /// Handles one flow of each kind of work that is due, so that none waits for another; false: nothing is due.
    private func step() -> Bool {
        if isPaused { return false }
        if isOverfull, sweepPosition > 0 { return stepSweep() }
        let hadDirty = stepDirty()
        let hadStale = stepWalk()
        return stepSweep() || hadDirty || hadStale
    }

    private func stepDirty() -> Bool {
        if round.isEmpty {
            guard !dirty.isEmpty else { return false }
            swap(&round, &dirty)
        }
        guard let context = round.popLast() else { return false }
        context.isDirty = false
        revalidate(context)
        if round.isEmpty { roundsEnded &+= 1 }
        return true
    }

    private func stepWalk() -> Bool {
        guard walkPosition > 0 else { return false }
        walkPosition = max(min(walkPosition, contexts.count) - 1, 0)
        let isLast = walkPosition == 0
        if walkPosition < contexts.count {
            let context = contexts[walkPosition]
            if context.isStale, !catchUp(context) { revalidate(context) }
        }
        guard isLast else { return true }
        walksEnded &+= 1
        // A change during the walk; one during its last step has begun the next by itself.
        if walkAgain, walkPosition == 0 {
            walkAgain = false
            walkPosition = contexts.count
            if walkPosition == 0 { walksEnded &+= 1 }
        }
        return true
    }

    /// Whether all that changes so far make due is in force in every thread.
    var isSettled: Bool {
        (isPaused || round.isEmpty && dirty.isEmpty && walkPosition == 0 && !walkAgain) && datapath.isSettled
    }

    /// Returns when all that changes so far make due is in force in every thread. What comes of that work in turn (an
    /// address learned from a flow's counters may displace another) need not be: it may never end.
    func barrier() async {
        let lastRound = roundsEnded &+ (round.isEmpty ? 0 : 1) &+ (dirty.isEmpty ? 0 : 1)
        let lastWalk = walksEnded &+ (walkPosition > 0 ? 1 : 0) &+ (walkAgain ? 1 : 0)
        while !isPaused, roundsEnded < lastRound || walksEnded < lastWalk {
            work()
            if roundsEnded < lastRound || walksEnded < lastWalk { await ControlActor.pause(Revalidator.slicePause) }
        }
        await datapath.synchronize()
    }

    /// Returns when nothing is due, counters included; after some seconds' work in any case, as it may never end.
    func finish() async {
        creditAll()
        for _ in 0..<Self.mostSlices where hasWork {
            work()
            await ControlActor.pause(Revalidator.slicePause)
        }
        await datapath.synchronize()
    }

    private static let mostSlices = 2000

    private func catchUp(_ context: TranslationContext) -> Bool {
        guard !context.isDirty, let flow = context.flow, !flow.isRemoved else { return false }
        return context.catchUp(flow.key, flow.mask)
    }

    /// Translates a flow again and makes it what it has to be now. As long as it looks at all that its translation
    /// looks at, it stays, though others like it might look at less.
    private func revalidate(_ context: TranslationContext) {
        guard context.position != nil, let flow = context.flow, !flow.isRemoved else { return }
        revalidations &+= 1
        let seen = credit(context, flow)
        guard let new = owner.retranslate(flow.key, seen: seen), let next = new.context as? TranslationContext,
            new.isCacheable, flow.mask.isSuperset(of: owner.widened(new.mask, flow.key))
        else {
            datapath.remove(flow)
            return
        }
        exchange(context, for: next, of: flow)
        if new.actions == flow.actions {
            flow.context = next
        } else {
            logModified(flow, by: new.actions)
            datapath.replace(flow, actions: new.actions, context: next)
        }
    }
}
