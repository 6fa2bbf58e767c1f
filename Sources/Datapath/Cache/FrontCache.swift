import CDPDK

/// Remembers which entry a key met, where a table has several subtables: most packets then cost one look-up.
///
/// 8192 sets of two, found by the hash of the key's words under the union of all masks: headers that no table looks at
/// do not tell packets apart, so it does not thrash on them. What it says is verified under the entry's own mask, so it
/// may be as stale as it likes, as long as no slot holds an entry that was removed.
struct FrontCache {
    static let setCount = 8192
    static let slotCount = setCount * 2

    private let slots: UnsafeMutablePointer<UInt64>
    /// Whether any slot may be in use.
    private var isPopulated = false
    /// Removals since anything was remembered.
    private var removals = 0
    /// Spreads replacements when both ways of a set are in use.
    private var turn = 0

    init() {
        slots = UnsafeMutableRawPointer.allocate(byteCount: Self.slotCount * 8, alignment: 64)
            .bindMemory(to: UInt64.self, capacity: Self.slotCount)
        slots.initialize(repeating: 0, count: Self.slotCount)
    }

    func deallocate() { slots.deallocate() }

    @inline(__always)
    private func set(_ hash: UInt64) -> UnsafeMutablePointer<UInt64> {
        slots + (Int(truncatingIfNeeded: hash) & (Self.setCount &- 1)) &* 2
    }

    /// Looks up the pending keys by the hash under `union`, and leaves the hashes in the order of what is still
    /// pending.
    ///
    /// - Returns: how many are still pending, moved to the front of the list.
    @inline(__always)
    func find(_ scratch: LookupScratch, count: Int, union: MaskList) -> Int {
        union.hash(scratch, count: count)
        for position in 0..<count { cdpdk_prefetch(set(scratch.hashes[position])) }
        for position in 0..<count {
            let hash = scratch.hashes[position]
            let pair = set(hash)
            let first = (pair[0] ^ hash) & Subtable.tagBits == 0
            Subtable.prefetchEntry(first ? pair[0] : pair[1])
        }
        var left = 0
        for position in 0..<count {
            let number = scratch.pending[position]
            let hash = scratch.hashes[position]
            let pair = set(hash)
            if let entry = verified(pair[0], hash, scratch.key(number)) ?? verified(pair[1], hash, scratch.key(number))
            {
                scratch.entries[number] = entry
            } else {
                scratch.pending[left] = number
                scratch.hashes[left] = hash
                left &+= 1
            }
        }
        return left
    }

    @inline(__always)
    private func verified(_ slot: UInt64, _ hash: UInt64, _ key: UnsafePointer<UInt64>) -> FlowEntry.Reference? {
        guard slot != 0, (slot ^ hash) & Subtable.tagBits == 0 else { return nil }
        let entry = Subtable.entry(slot)
        return entry.pointee.subtable.pointee.mask.matches(key, FlowEntry.words(of: entry)) ? entry : nil
    }

    /// Remembers an entry that the subtables found. A set that is full is changed only now and then: with more flows
    /// than slots, a cache that keeps what it has serves more packets than one that always takes the newest.
    @inline(__always)
    mutating func remember(_ entry: FlowEntry.Reference, _ hash: UInt64) {
        let pair = set(hash)
        let slot = Subtable.slot(entry, hash)
        isPopulated = true
        removals = 0
        if pair[0] == 0 {
            pair[0] = slot
        } else if pair[1] == 0 {
            pair[1] = slot
        } else {
            turn &+= 1
            if turn & 7 == 0 { pair[turn >> 3 & 1] = slot }
        }
    }

    /// Forgets an entry that leaves the table: one pass over 128 KiB; when many leave at once, everything.
    mutating func forget(_ entry: FlowEntry.Reference) {
        guard isPopulated else { return }
        removals += 1
        if removals > 8 { return clear() }
        let address = UInt64(UInt(bitPattern: entry)) & Subtable.pointerBits
        for index in 0..<Self.slotCount where slots[index] & Subtable.pointerBits == address { slots[index] = 0 }
    }

    mutating func clear() {
        guard isPopulated else { return }
        slots.update(repeating: 0, count: Self.slotCount)
        isPopulated = false
        removals = 0
    }
}
