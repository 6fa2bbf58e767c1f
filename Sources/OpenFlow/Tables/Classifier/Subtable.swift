import Control
import Packets

/// The rules of a table that share a mask, in hash form (OVS: `struct cls_subtable`).
///
/// Every rule is found by the hash over all words of the shape; for each earlier stage a counted set of the hashes
/// over the words up to there tells whether going on makes sense. Rules are held by their ``FlowTable``; here they are
/// only linked.
@ControlActor
final class Subtable {
    let shape: MaskShape
    /// Counts the table's subtables in the order in which they were made.
    let serial: UInt64
    private let seed: UInt64
    /// The first rule of each hash's remainder; the others follow by ``Rule/next``, priorities falling.
    private var buckets: ContiguousArray<Unmanaged<Rule>?> = [nil, nil]
    /// For each stage but the last: how many rules have a hash. Half a hash will do: to go on in vain does no harm.
    private var stageCounts: ContiguousArray<[UInt32: UInt32]>
    private var priorityCounts: [UInt16: Int] = [:]
    /// The transport ports that rules match, where the shape has any.
    private var ports = PrefixTrie()
    private let portsLength: Int
    /// For each of the table's prefix fields: how long the shape's prefix is, and the stage that begins to look at it.
    private(set) var prefixes: ContiguousArray<(length: Int, stage: Int)> = []
    /// The highest priority among the rules; no lower than it while ``isPriorityStale``.
    private(set) var maximumPriority: UInt16 = 0
    private(set) var isPriorityStale = false
    private(set) var count = 0

    init(shape: MaskShape, serial: UInt64, seed: UInt64, fields: [PrefixField]) {
        self.shape = shape
        self.serial = serial
        self.seed = seed
        stageCounts = ContiguousArray(repeating: [:], count: max(shape.stageEnds.count - 1, 0))
        if let position = shape.portsPosition {
            let mask = UInt32(truncatingIfNeeded: shape.words[position]).byteSwapped
            portsLength = 32 - mask.trailingZeroBitCount
        } else {
            portsLength = 0
        }
        track(fields)
    }

    var isEmpty: Bool { count == 0 }

    /// Takes note of which of the fields are prefixes here.
    func track(_ fields: [PrefixField]) {
        prefixes = ContiguousArray(
            fields.map { field in
                let position = shape.indices.firstIndex(of: field.firstWord) ?? 0
                let stage = shape.stageEnds.firstIndex { $0 > position } ?? 0
                return (field.length(in: shape.mask), stage)
            })
    }

    // MARK: Look-up

    /// The rule of the highest priority for the key; adds to `mask` what had to be looked at.
    ///
    /// `key` and `mask` have `FlowKey.wordCount` words.
    func lookup(
        _ key: UnsafePointer<UInt64>, mask: UnsafeMutablePointer<UInt64>, tries: inout PrefixLookups
    ) -> Rule? {
        var hash = seed
        var start = 0
        let lastStage = shape.stageEnds.count - 1
        for stage in shape.stageEnds.indices {
            if !prefixes.isEmpty, isRuledOut(at: stage, key, mask, &tries) { return nil }
            let end = shape.stageEnds[stage]
            for position in start..<end { hash = Self.mix(hash, key[shape.indices[position]] & shape.words[position]) }
            if stage == lastStage { break }
            count(start..<end, in: mask)
            start = end
            if stageCounts[stage][UInt32(truncatingIfNeeded: hash)] == nil { return nil }
        }
        let rule = first(hash, key)
        if rule == nil, let position = shape.portsPosition {
            countUnmatchedPorts(key, position, start, mask)
        } else {
            count(start..<shape.indices.count, in: mask)
        }
        return rule
    }

    private func count(_ positions: Range<Int>, in mask: UnsafeMutablePointer<UInt64>) {
        for position in positions { mask[shape.indices[position]] |= shape.words[position] }
    }

    /// Whether the prefixes in the table tell that no rule here matches.
    private func isRuledOut(
        at stage: Int, _ key: UnsafePointer<UInt64>, _ mask: UnsafeMutablePointer<UInt64>,
        _ tries: inout PrefixLookups
    ) -> Bool {
        for (index, prefix) in prefixes.enumerated() where prefix.length > 0 && prefix.stage == stage {
            if tries.isRuledOut(index, length: prefix.length, key, mask) { return true }
        }
        return false
    }

    /// No rule matches: of the ports only so many bits count as tell that none is like them.
    private func countUnmatchedPorts(
        _ key: UnsafePointer<UInt64>, _ position: Int, _ start: Int, _ mask: UnsafeMutablePointer<UInt64>
    ) {
        let word = shape.words[position]
        let (_, examined) = ports.lookup(MaskShape.ports(key[MaskShape.portsWord] & word), bits: 32)
        for other in start..<shape.indices.count where other != position {
            mask[shape.indices[other]] |= shape.words[other]
        }
        mask[MaskShape.portsWord] |= word & (~MaskShape.portsMask | MaskShape.portsWord(prefix: examined))
    }

    private func first(_ hash: UInt64, _ key: UnsafePointer<UInt64>) -> Rule? {
        var candidate = buckets[place(hash)]
        while let rule = candidate?._withUnsafeGuaranteedRef({ $0 }) {
            if rule.hash == hash, matches(rule, key) { return rule }
            candidate = rule.next
        }
        return nil
    }

    /// The rule of the next lower priority that matches the very same.
    func next(after rule: Rule) -> Rule? {
        var candidate = rule.next
        while let other = candidate?.takeUnretainedValue() {
            if other.hash == rule.hash, other.values == rule.values { return other }
            candidate = other.next
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
    func find(values: ContiguousArray<UInt64>, hash: UInt64, priority: UInt16) -> Rule? {
        var candidate = buckets[place(hash)]
        while let rule = candidate?.takeUnretainedValue() {
            if rule.priority == priority, rule.hash == hash, rule.values == values { return rule }
            candidate = rule.next
        }
        return nil
    }

    /// Whether some rule has the priority.
    func has(priority: UInt16) -> Bool { priorityCounts[priority] != nil }

    /// Whether some rule satisfies the condition.
    func contains(where condition: (Rule) -> Bool) -> Bool {
        for bucket in buckets {
            var candidate = bucket
            while let rule = candidate?.takeUnretainedValue() {
                if condition(rule) { return true }
                candidate = rule.next
            }
        }
        return false
    }

    /// Calls `body` with every rule; with those of `values` alone if they are given.
    func forEach(values: ContiguousArray<UInt64>? = nil, _ body: (Rule) -> Void) {
        guard let values else {
            _ = contains {
                body($0)
                return false
            }
            return
        }
        let hash = hash(values)
        var candidate = buckets[place(hash)]
        while let rule = candidate?.takeUnretainedValue() {
            if rule.hash == hash, rule.values == values { body(rule) }
            candidate = rule.next
        }
    }

    // MARK: Change

    func insert(_ rule: Rule) {
        if count >= buckets.count { grow() }
        link(rule)
        forEachStageHash(rule.values) { stage, hash in stageCounts[stage][hash, default: 0] += 1 }
        if let position = shape.portsPosition {
            ports.insert(MaskShape.ports(rule.values[position]), length: portsLength)
        }
        priorityCounts[rule.priority, default: 0] += 1
        maximumPriority = count == 0 ? rule.priority : max(maximumPriority, rule.priority)
        count += 1
    }

    func remove(_ rule: Rule) {
        guard unlink(rule) else { return }
        forEachStageHash(rule.values) { stage, hash in
            let left = stageCounts[stage][hash, default: 1] - 1
            stageCounts[stage][hash] = left == 0 ? nil : left
        }
        if let position = shape.portsPosition {
            ports.remove(MaskShape.ports(rule.values[position]), length: portsLength)
        }
        let left = priorityCounts[rule.priority, default: 1] - 1
        priorityCounts[rule.priority] = left == 0 ? nil : left
        count -= 1
        // When many go, the highest priority is found out once, when it is next asked for.
        if left == 0 && rule.priority == maximumPriority { isPriorityStale = true }
    }

    func refreshPriority() {
        guard isPriorityStale else { return }
        maximumPriority = priorityCounts.keys.max() ?? 0
        isPriorityStale = false
    }

    private func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 8) & (buckets.count - 1) }

    private func link(_ rule: Rule) {
        let place = place(rule.hash)
        let reference = Unmanaged.passUnretained(rule)
        guard let head = buckets[place]?.takeUnretainedValue(), head.priority >= rule.priority else {
            rule.next = buckets[place]
            buckets[place] = reference
            return
        }
        var previous = head
        while let next = previous.next?.takeUnretainedValue(), next.priority >= rule.priority { previous = next }
        rule.next = previous.next
        previous.next = reference
    }

    private func unlink(_ rule: Rule) -> Bool {
        let place = place(rule.hash)
        if buckets[place]?.toOpaque() == Unmanaged.passUnretained(rule).toOpaque() {
            buckets[place] = rule.next
        } else {
            var previous = buckets[place]?.takeUnretainedValue()
            while let current = previous, current.next?.takeUnretainedValue() !== rule {
                previous = current.next?.takeUnretainedValue()
            }
            guard let previous else { return false }
            previous.next = rule.next
        }
        rule.next = nil
        return true
    }

    private func grow() {
        let old = buckets
        buckets = ContiguousArray(repeating: nil, count: old.count * 2)
        // Chains begin with the highest priority: linking from their ends on finds each place at once.
        for bucket in old {
            var chain: [Rule] = []
            var candidate = bucket
            while let rule = candidate?.takeUnretainedValue() {
                chain.append(rule)
                candidate = rule.next
            }
            for rule in chain.reversed() { link(rule) }
        }
    }

    // MARK: Hashes

    /// The hash over all of a rule's values.
    func hash(_ values: ContiguousArray<UInt64>) -> UInt64 { Self.hash(values, seed: seed) }

    nonisolated static func hash(_ values: ContiguousArray<UInt64>, seed: UInt64) -> UInt64 {
        var hash = seed
        for value in values { hash = Self.mix(hash, value) }
        return hash
    }

    private func forEachStageHash(_ values: ContiguousArray<UInt64>, _ body: (Int, UInt32) -> Void) {
        var hash = seed
        var start = 0
        for stage in stageCounts.indices {
            for position in start..<shape.stageEnds[stage] { hash = Self.mix(hash, values[position]) }
            start = shape.stageEnds[stage]
            body(stage, UInt32(truncatingIfNeeded: hash))
        }
    }

    /// One round of a multiplicative hash; the tables' random seed keeps collisions from being chosen.
    private nonisolated static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let product = (hash ^ value).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return product.high ^ product.low ^ hash &<< 7
    }
}
