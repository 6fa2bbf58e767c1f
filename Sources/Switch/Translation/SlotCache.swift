import Control
import Datapath
import Logging
import OpenFlow

/// The ``BucketSlots`` of a bridge's groups, which are work to make.
@ControlActor
final class SlotCache {
    private struct Known {
        let weights: [UInt16]
        let slots: BucketSlots?
    }

    private let log = Logger(label: "ofproto_dpif")
    private var known: [UInt32: Known] = [:]

    /// nil: the group's weights take too many slots.
    func slots(of group: GroupEntry) -> BucketSlots? {
        let weights = group.buckets.map(\.contents.weight)
        if let known = known[group.id], known.weights == weights { return known.slots }
        let made = BucketSlots(weights)
        // Groups come and go: what they leave here is bounded.
        if known.count >= 1024 { known.removeAll() }
        known[group.id] = Known(weights: weights, slots: made)
        return made
    }

    /// Makes what a group needs that was added or changed, and says so at debug level.
    func prepare(_ group: GroupEntry) {
        guard group.kind == .select else { return }
        let method = group.selection.method
        log.debug("Constructing select group \(group.id)")
        log.debug(
            method.isEmpty
                ? "No selection method specified. Trying dp_hash." : "Selection method specified: \(method).")
        if method == "hash" {
            if group.selection.fields.isEmpty { log.debug("No hash fields. Falling back to default hash method.") }
            return
        }
        let weights = group.buckets.map(\.contents.weight)
        let slots = slots(of: group)
        describe(weights, slots)
        guard let slots else { return log.debug("Falling back to default hash method.") }
        let hash = DatapathHash(group.selection)
        let number = hash.algorithm == .symmetricL4 ? 1 : 0
        log.debug("Use dp_hash with \(slots.count) hash values using algorithm \(number).")
    }

    private func describe(_ weights: [UInt16], _ slots: BucketSlots?) {
        guard let count = BucketSlots.count(for: weights) else {
            return log.debug("  Don't apply dp_hash method without buckets.")
        }
        let total = weights.reduce(0) { $0 + Int($1) }
        log.debug("  Minimum weight: \(weights.filter { $0 > 0 }.min() ?? 0), total weight: \(total)")
        guard let slots else { return log.debug("  Too many hash values required: \(count)") }
        log.debug("  Using \(count) hash values:")
        for (index, weight) in weights.enumerated() {
            let target = Int((Double(weight) * Double(count) / Double(total) * 100).rounded())
            let cents = "0\(target % 100)".suffix(2)
            log.debug(
                "  Bucket \(index): weight=\(weight), target=\(target / 100).\(cents) hits=\(slots.share(of: index))")
        }
    }
}
