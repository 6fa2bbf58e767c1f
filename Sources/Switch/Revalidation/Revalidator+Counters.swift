import Control
import Datapath

/// Counters and age.
extension Revalidator {
    /// Begins to read every flow's counters, in slices; without flows it stops the clock.
    func startSweep() {
        guard sweepPosition == 0 else { return }
        guard !contexts.isEmpty else {
            sweepTimer = nil
            swept?()
            return
        }
        sweepPosition = contexts.count
        sweepBegan = .now
        isOverfull = contexts.count > 2 * flowLimit
        schedule()
    }

    /// One flow of the sweep; false: none is left to do.
    func stepSweep() -> Bool {
        guard sweepPosition > 0 else { return false }
        sweepPosition = min(sweepPosition, contexts.count)
        if sweepPosition > 0 {
            sweepPosition -= 1
            sweep(contexts[sweepPosition])
        }
        if sweepPosition == 0 {
            sweepDuration = sweepBegan.duration(to: .now)
            limit.adapt(count: contexts.count, duration: sweepDuration)
            swept?()
        }
        return true
    }

    private func sweep(_ context: TranslationContext) {
        guard let flow = context.flow else {
            // The datapath made a flow and could not install it.
            unregister(context)
            return
        }
        if flow.isRemoved { return }
        logRead(flow)
        credit(context, flow)
        if isOverfull {
            datapath.remove(flow)
            return
        }
        // Too many flows: only those in use are worth their place (OVS does the same).
        let limit = contexts.count > flowLimit ? min(maximumIdle, .milliseconds(100)) : maximumIdle
        let used = context.credited.lastUsed ?? flow.created
        if used.duration(to: owner.clock()) > limit { datapath.remove(flow) }
    }

    /// Credits a missed packet to whom its translation met, whatever becomes of the flow that is made of it: that flow
    /// will count the packet, but may be translated anew before it does.
    func creditMiss(_ context: TranslationContext, bytes: UInt64, at time: ContinuousClock.Instant) {
        context.credit(packets: 1, bytes: bytes, used: time)
        context.credited.packets = 1
        context.credited.bytes = bytes
        context.credited.lastUsed = time
    }

    /// Brings every rule's and patch port's counters up to now.
    func creditAll() {
        for context in contexts {
            if let flow = context.flow { credit(context, flow) }
        }
    }

    /// Credits what the flow has carried since it was last asked; when the last of that was, or nil for nothing.
    @discardableResult
    func credit(_ context: TranslationContext, _ flow: DatapathFlow) -> ContinuousClock.Instant? {
        let now = datapath.statistics(of: flow)
        let before = context.credited
        guard now.packets > before.packets || now.bytes > before.bytes else { return nil }
        context.credited = now
        let used = now.lastUsed ?? owner.clock()
        context.credit(packets: now.packets &- before.packets, bytes: now.bytes &- before.bytes, used: used,
            tcpFlags: now.tcpFlags)
        return used
    }
}
