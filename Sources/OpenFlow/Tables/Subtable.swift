import Control
import Packets

/// The rules of a table that share a mask, in hash form (OVS: `struct cls_subtable`).
///
/// Every rule is found by the hash over all words of the shape; for each earlier stage a counted set of the hashes
/// over the words up to there tells whether going on makes sense.
@ControlActor
final class Subtable {
    let shape: MaskShape
    private let seed: UInt64
    /// The first rule of each hash; the others follow by ``Rule/next``, priorities falling.
    private var heads: [UInt64: Rule] = [:]
    /// For each stage but the last: how many rules have a hash.
    private var stageCounts: [[UInt64: Int]]
    private var priorityCounts: [UInt16: Int] = [:]
    /// The highest priority among the rules.
    private(set) var maximumPriority: UInt16 = 0
    private(set) var count = 0

    init(shape: MaskShape, seed: UInt64) {
        self.shape = shape
        self.seed = seed
        stageCounts = Array(repeating: [:], count: max(shape.stageEnds.count - 1, 0))
    }

    var isEmpty: Bool { count == 0 }

    // MARK: Look-up

    /// The rule of the highest priority for the key; adds to `mask` what had to be looked at.
    ///
    /// `key` and `mask` have `FlowKey.wordCount` words.
    func lookup(_ key: UnsafePointer<UInt64>, mask: UnsafeMutablePointer<UInt64>) -> Rule? {
        var hash = seed
        var start = 0
        for stage in shape.stageEnds.indices {
            let end = shape.stageEnds[stage]
            for position in start..<end {
                let index = shape.indices[position]
                let word = shape.words[position]
                hash = Self.mix(hash, key[index] & word)
                mask[index] |= word
            }
            start = end
            if stage < stageCounts.count, stageCounts[stage][hash] == nil { return nil }
        }
        var candidate = heads[hash]
        while let rule = candidate {
            if matches(rule, key) { return rule }
            candidate = rule.next
        }
        return nil
    }

    private func matches(_ rule: Rule, _ key: UnsafePointer<UInt64>) -> Bool {
        for position in shape.indices.indices
        where key[shape.indices[position]] & shape.words[position] != rule.values[position] {
            return false
        }
        return true
    }

    /// The rule with just these values and this priority.
    func find(values: [UInt64], hash: UInt64, priority: UInt16) -> Rule? {
        var candidate = heads[hash]
        while let rule = candidate {
            if rule.priority == priority && rule.values == values { return rule }
            candidate = rule.next
        }
        return nil
    }

    // MARK: Change

    func insert(_ rule: Rule) {
        if let head = heads[rule.hash], head.priority >= rule.priority {
            var previous = head
            while let next = previous.next, next.priority >= rule.priority { previous = next }
            rule.next = previous.next
            previous.next = rule
        } else {
            rule.next = heads[rule.hash]
            heads[rule.hash] = rule
        }
        forEachStageHash(rule.values) { stage, hash in stageCounts[stage][hash, default: 0] += 1 }
        priorityCounts[rule.priority, default: 0] += 1
        maximumPriority = count == 0 ? rule.priority : max(maximumPriority, rule.priority)
        count += 1
    }

    func remove(_ rule: Rule) {
        if heads[rule.hash] === rule {
            heads[rule.hash] = rule.next
        } else {
            var previous = heads[rule.hash]
            while let current = previous, current.next !== rule { previous = current.next }
            guard let previous else { return }
            previous.next = rule.next
        }
        rule.next = nil
        forEachStageHash(rule.values) { stage, hash in
            let left = stageCounts[stage][hash, default: 1] - 1
            stageCounts[stage][hash] = left == 0 ? nil : left
        }
        let left = priorityCounts[rule.priority, default: 1] - 1
        priorityCounts[rule.priority] = left == 0 ? nil : left
        count -= 1
        if left == 0 && rule.priority == maximumPriority { maximumPriority = priorityCounts.keys.max() ?? 0 }
    }

    // MARK: Hashes

    /// The hash over all of a rule's values.
    func hash(_ values: [UInt64]) -> UInt64 {
        var hash = seed
        for value in values { hash = Self.mix(hash, value) }
        return hash
    }

    private func forEachStageHash(_ values: [UInt64], _ body: (Int, UInt64) -> Void) {
        var hash = seed
        var start = 0
        for stage in stageCounts.indices {
            for position in start..<shape.stageEnds[stage] { hash = Self.mix(hash, values[position]) }
            start = shape.stageEnds[stage]
            body(stage, hash)
        }
    }

    /// One round of a multiplicative hash; the tables' random seed keeps collisions from being chosen.
    private static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let product = (hash ^ value).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return product.high ^ product.low ^ hash &<< 7
    }
}
