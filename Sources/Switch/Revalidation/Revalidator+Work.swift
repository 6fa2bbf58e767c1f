import Control
import Datapath

/// The work, in slices or at once.
extension Revalidator {
    private var hasWork: Bool { !dirty.isEmpty || walkPosition > 0 || sweepPosition > 0 }

    func schedule() {
        guard sliceTimer == nil else { return }
        sliceTimer = ControlTimer(after: Revalidator.slicePause) { [weak self] in self?.runSlice() }
    }

    private func runSlice() {
        sliceTimer = nil
        let end = ContinuousClock.now + Revalidator.sliceTime
        repeat {
            for _ in 0..<Revalidator.stride where !step() { break }
        } while hasWork && ContinuousClock.now < end
        if hasWork { schedule() }
    }

    /// Handles one flow of what is due, the most urgent first; false: nothing is due.
    private func step() -> Bool { stepDirty() || stepWalk() || stepSweep() }

    private func stepDirty() -> Bool {
        guard let context = dirty.popLast() else { return false }
        context.isDirty = false
        revalidate(context)
        return true
    }

    private func stepWalk() -> Bool {
        walkPosition = min(walkPosition, contexts.count)
        if walkPosition == 0, walkAgain {
            walkAgain = false
            walkPosition = contexts.count
        }
        guard walkPosition > 0 else { return false }
        walkPosition -= 1
        let context = contexts[walkPosition]
        if context.isStale { revalidate(context) }
        if walkPosition == 0, walkAgain {
            walkAgain = false
            walkPosition = contexts.count
        }
        return true
    }

    /// Completes all that changes so far make due, and returns when it is in force in every thread.
    func barrier() async {
        finish()
        await datapath.synchronize()
    }

    func finish() {
        while stepDirty() || stepWalk() {}
    }

    /// Translates a flow again and makes it what it has to be now.
    private func revalidate(_ context: TranslationContext) {
        guard context.position != nil, let flow = context.flow, !flow.isRemoved else { return }
        revalidations &+= 1
        let seen = credit(context, flow)
        guard let new = owner.retranslate(flow.key, seen: seen), let next = new.context as? TranslationContext,
            new.mask == flow.mask
        else {
            datapath.remove(flow)
            return
        }
        exchange(context, for: next, of: flow)
        if new.actions == flow.actions {
            flow.context = next
        } else {
            datapath.replace(flow, actions: new.actions, context: next)
        }
    }
}
