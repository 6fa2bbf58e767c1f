/// Buckets spread over a power of two of hash values by their weights (Webster's method, as OVS's dp_hash groups have
/// it).
struct BucketSlots {
    /// The most hash values that a group may have (OVS: MAX_SELECT_GROUP_HASH_VALUES).
    static let most = 256

    private let slots: [UInt16]
    /// The bits of a hash that choose a slot.
    var hashMask: UInt32 { UInt32(slots.count - 1) }
    var count: Int { slots.count }

    subscript(_ slot: Int) -> Int { Int(slots[slot]) }

    /// How many slots a bucket has.
    func share(of bucket: Int) -> Int { slots.count { Int($0) == bucket } }

    /// How many hash values it takes to keep to these weights; nil: no bucket has any.
    static func count(for weights: [UInt16]) -> Int? {
        let total = weights.reduce(0) { $0 + Int($1) }
        guard total > 0, let least = weights.filter({ $0 > 0 }).min() else { return nil }
        let wanted = max((total + Int(least) - 1) / Int(least), weights.count * 4)
        var count = 16
        while count < wanted { count <<= 1 }
        return count
    }

    /// - Parameters:
    ///   - weights: of the buckets; those of weight 0 get nothing.
    ///   - most: nil comes of weights that cannot be kept to with so many slots.
    init?(_ weights: [UInt16], most: Int = BucketSlots.most) {
        guard let count = Self.count(for: weights), count <= min(most, Int(UInt16.max)) else { return nil }
        // Each slot goes to the bucket whose weight over twice its slots plus one is greatest.
        var taken = [Int](repeating: 0, count: weights.count)
        slots = (0..<count).map { _ in
            var best = 0
            var score = -1.0
            for (index, weight) in weights.enumerated() {
                let own = Double(weight) / Double(2 * taken[index] + 1)
                if own > score { (best, score) = (index, own) }
            }
            taken[best] += 1
            return UInt16(truncatingIfNeeded: best)
        }
    }
}
