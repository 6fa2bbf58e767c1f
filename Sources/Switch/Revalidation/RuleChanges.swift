import Control
import OpenFlow
import Packets

/// A bridge's latest changes of rules alone: a flow that no packet of any of them can belong to is what it was.
///
/// Controllers add rules one by one and wait for each; translating every flow again each time would take them long.
struct RuleChanges {
    /// Changes remembered, and rules in one of them. Beyond that every flow is translated again.
    static let limit = 64
    static let mostRules = 16

    private struct Change {
        let generation: UInt64
        let rules: [Rule]
    }

    private var changes: [Change] = []
    /// The bridge's generation when something else than rules changed, or when what is remembered begins.
    private var start: UInt64 = 0

    /// These rules were added, changed or removed, which made `generation` of the bridge.
    @ControlActor
    mutating func note(_ rules: [Rule], generation: UInt64) {
        guard rules.count <= Self.mostRules else { return forget(generation: generation) }
        if changes.count == Self.limit { start = changes.removeFirst().generation }
        changes.append(Change(generation: generation, rules: rules))
    }

    /// Anything may have changed by `generation`.
    mutating func forget(generation: UInt64) {
        changes.removeAll(keepingCapacity: true)
        start = generation
    }

    /// Whether one of these look-ups of a flow, made when the bridge had `generation`, may find another rule now.
    func concern(_ visits: [TableVisit], of key: FlowKey, _ mask: FlowMask, since generation: UInt64) -> Bool {
        if generation < start { return true }
        for change in changes.reversed() {
            if change.generation <= generation { return false }
            for rule in change.rules {
                for visit in visits where visit.number == rule.table {
                    if Self.meet(rule, visit, key, mask) { return true }
                }
            }
        }
        return false
    }

    private static let conjunctionWord = FlowField.conjunctionID >> 3
    private static let conjunctionBits: UInt64 = 0xffff_ffff << UInt64((FlowField.conjunctionID & 7) * 8)

    /// Whether a packet of the flow may match at a look-up: no bit that is known there differs.
    private static func meet(_ rule: Rule, _ visit: TableVisit, _ key: FlowKey, _ mask: FlowMask) -> Bool {
        rule.mayMatch { index in
            var value = key[index]
            // in_port is another number in the datapath; what is known of it comes with the visit.
            var known = index == 0 ? 0 : mask[index]
            if let change = visit.changes.first(where: { $0.index == UInt8(index) }) {
                // Bits that were not written are the packet's own.
                value = change.value
                known |= change.known
            }
            // conj_id is no packet's: what it becomes at a look-up rests on other rules.
            if index == conjunctionWord { known &= ~conjunctionBits }
            return (value, known)
        }
    }
}
