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
        let matches: [Match]
    }

    private var changes: [Change] = []
    /// The bridge's generation when something else than rules changed, or when what is remembered begins.
    private var start: UInt64 = 0

    /// Rules with these matches were added, changed or removed, which made `generation` of the bridge.
    mutating func note(_ matches: [Match], generation: UInt64) {
        guard matches.count <= Self.mostRules else { return forget(generation: generation) }
        if changes.count == Self.limit { start = changes.removeFirst().generation }
        changes.append(Change(generation: generation, matches: matches))
    }

    /// Anything may have changed by `generation`.
    mutating func forget(generation: UInt64) {
        changes.removeAll(keepingCapacity: true)
        start = generation
    }

    /// Whether a flow whose translation looked its own headers up, when the bridge had `generation`, may be another now.
    func concern(_ key: FlowKey, _ mask: FlowMask, since generation: UInt64) -> Bool {
        if generation < start { return true }
        for change in changes.reversed() {
            if change.generation <= generation { return false }
            if change.matches.contains(where: { Self.meet($0, key, mask) }) { return true }
        }
        return false
    }

    /// Whether a packet may be of both: no bit that both look at differs. In word 0 in_port is another number here and
    /// there, so it tells nothing.
    private static func meet(_ match: Match, _ key: FlowKey, _ mask: FlowMask) -> Bool {
        for index in 1..<FlowKey.wordCount where (match.key[index] ^ key[index]) & match.mask[index] & mask[index] != 0 {
            return false
        }
        return true
    }
}
