import Control
import OpenFlow

/// The ``BucketSlots`` of a bridge's groups, which are work to make.
@ControlActor
final class SlotCache {
    private struct Known {
        let weights: [UInt16]
        let slots: BucketSlots?
    }

    private var known: [UInt32: Known] = [:]

    /// nil: the group's weights take too many slots.
    func slots(of group: GroupEntry) -> BucketSlots? {
        let weights = group.buckets.map(\.contents.weight)
        if let known = known[group.id], known.weights == weights { return known.slots }
        let most = group.selection.method.isEmpty ? BucketSlots.mostUnasked : BucketSlots.most
        let made = BucketSlots(weights, most: most)
        // Groups come and go: what they leave here is bounded.
        if known.count >= 1024 { known.removeAll() }
        known[group.id] = Known(weights: weights, slots: made)
        return made
    }
}
