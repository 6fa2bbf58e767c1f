import CDPDK

/// Remembers which entry a key met, where a table has several subtables: most packets then cost one look-up.
///
/// 8192 sets of four, found by the hash of the key's words under the union of all masks: headers that no table looks at
/// do not tell packets apart, so it does not thrash on them. What it says is verified under the entry's own mask, so it
/// may be as stale as it likes, as long as no slot holds an entry that was removed.
///
/// Four, since a key that finds no place costs a look into several subtables, each time: with as many keys as sets one
/// in ten finds none in sets of two, and hardly any in sets of four.
struct FrontCache {
    static let setCount = 8192
    static let wayCount = 4
    static let slotCount = setCount * wayCount

    private let slots: UnsafeMutablePointer<UInt64>
    /// Whether any slot may be in use.
    private var isPopulated = false
    /// Removals since anything was remembered.
    private var removals = 0
    /// Spreads replacements when all ways of a set are in use.
    private var turn = 0

    init() {
        slots = UnsafeMutableRawPointer.allocate(byteCount: Self.slotCount * 8, alignment: 64)
            .bindMemory(to: UInt64.self, capacity: Self.slotCount)
        slots.initialize(repeating: 0, count: Self.slotCount)
    }

    func deallocate() { slots.deallocate() }

    @inline(__always)
    private func set(_ hash: UInt64) -> UnsafeMutablePointer<UInt64> {
        slots + (Int(truncatingIfNeeded: hash) & (Self.setCount &- 1)) &* Self.wayCount
    }

    /// A hash as its slot bears it: never that of an empty slot.
    @inline(__always)
    private static func tagged(_ hash: UInt64) -> UInt64 { hash | 1 << 48 }

    @inline(__always)
    private static func bears(_ slot: UInt64, _ tagged: UInt64) -> Bool { (slot ^ tagged) & Subtable.tagBits == 0 }

    /// The set's first slot with a hash's tag, 0 if there is none. Written so that nothing is to be predicted.
    @inline(__always)
    private static func candidate(_ set: UnsafeMutablePointer<UInt64>, _ tagged: UInt64) -> UInt64 {
        var slot: UInt64 = 0
        slot = bears(set[3], tagged) ? set[3] : slot
        slot = bears(set[2], tagged) ? set[2] : slot
        slot = bears(set[1], tagged) ? set[1] : slot
        return bears(set[0], tagged) ? set[0] : slot
    }

    /// Looks up the pending keys by the hash under `union`, and leaves the hashes in the order of what is still
    /// pending.
    ///
    /// - Returns: how many are still pending, moved to the front of the list.
    @inline(__always)
    func find(_ scratch: LookupScratch, count: Int, union: MaskList) -> Int {
        union.hash(scratch, count: count)
        for position in 0..<count { cdpdk_prefetch(set(scratch.hashes[position])) }
        // The second list of hashes is free until subtables are searched.
        let found = scratch.hashes + LookupScratch.capacity
        for position in 0..<count {
            let hash = scratch.hashes[position]
            let slot = Self.candidate(set(hash), Self.tagged(hash))
            found[position] = slot
            Subtable.prefetchEntry(slot)
        }
        var left = 0
        for position in 0..<count {
            let number = scratch.pending[position]
            let hash = scratch.hashes[position]
            if let entry = entry(found[position], hash, scratch.key(number)) {
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
    private func entry(_ slot: UInt64, _ hash: UInt64, _ key: UnsafePointer<UInt64>) -> FlowEntry.Reference? {
        if slot == 0 { return nil }
        return Self.verified(slot, key) ?? other(than: slot, hash, key)
    }

    @inline(__always)
    private static func verified(_ slot: UInt64, _ key: UnsafePointer<UInt64>) -> FlowEntry.Reference? {
        let entry = Subtable.entry(slot)
        return entry.pointee.subtable.pointee.mask.matches(key, FlowEntry.words(of: entry)) ? entry : nil
    }

    /// Another slot with the same tag, which is rare.
    @inline(never)
    private func other(
        than slot: UInt64, _ hash: UInt64, _ key: UnsafePointer<UInt64>
    ) -> FlowEntry.Reference? {
        let (set, tagged) = (set(hash), Self.tagged(hash))
        for way in 0..<Self.wayCount where set[way] != slot && Self.bears(set[way], tagged) {
            if let entry = Self.verified(set[way], key) { return entry }
        }
        return nil
    }

    /// Remembers an entry that the subtables found. A set that is full is changed only now and then: with more flows
    /// than slots, a cache that keeps what it has serves more packets than one that always takes the newest.
    @inline(__always)
    mutating func remember(_ entry: FlowEntry.Reference, _ hash: UInt64) {
        let set = set(hash)
        let slot = Subtable.slot(entry, Self.tagged(hash))
        isPopulated = true
        removals = 0
        for way in 0..<Self.wayCount where set[way] == 0 {
            set[way] = slot
            return
        }
        turn &+= 1
        if turn & 7 == 0 { set[turn >> 3 & (Self.wayCount &- 1)] = slot }
    }

    /// Forgets an entry that leaves the table: one pass over 256 KiB; when many leave at once, everything.
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
