import CDPDK

extension Subtable {
    /// Looks up the pending keys, first hashing all, so that memory answers while the rest is hashed.
    ///
    /// - Returns: how many are still pending, moved to the front of the list.
    @inline(__always)
    mutating func find(_ scratch: LookupScratch, count: Int) -> Int {
        mask.isEthernet
            ? find(EthernetShape.self, scratch, count: count) : find(ListedShape.self, scratch, count: count)
    }

    /// From this many slots on the entries are presumably not in the nearest cache, and are asked for beforehand.
    private static var coldSlotCount: Int { 256 }

    /// Asks memory for the entry of a slot that may be empty.
    @inline(__always)
    static func prefetchEntry(_ slot: UInt64) {
        guard slot != 0 else { return }
        cdpdk_prefetch(entry(slot))
        cdpdk_prefetch(FlowEntry.words(of: entry(slot)))
    }

    @_specialize(where Shape == EthernetShape)
    @_specialize(where Shape == ListedShape)
    private mutating func find<Shape: MaskShape>(_ shape: Shape.Type, _ scratch: LookupScratch, count: Int) -> Int {
        let slots = slots
        let slotMask = slotMask
        let mask = mask
        Shape.hash(mask, scratch, count: count)
        for position in 0..<count {
            cdpdk_prefetch(slots + Int(truncatingIfNeeded: scratch.hashes[position]) & slotMask)
        }
        if slotMask >= Self.coldSlotCount {
            for position in 0..<count {
                Self.prefetchEntry(slots[Int(truncatingIfNeeded: scratch.hashes[position]) & slotMask])
            }
        }
        var left = 0
        for position in 0..<count {
            let number = scratch.pending[position]
            let hash = scratch.hashes[position]
            let key = scratch.key(number)
            var index = Int(truncatingIfNeeded: hash) & slotMask
            while true {
                let slot = slots[index]
                if slot == 0 {
                    scratch.pending[left] = number
                    left &+= 1
                    break
                }
                if (slot ^ hash) & Self.tagBits == 0 {
                    let entry = Self.entry(slot)
                    if Shape.matches(mask, key, FlowEntry.words(of: entry)) {
                        scratch.entries[number] = entry
                        break
                    }
                }
                index = (index &+ 1) & slotMask
            }
        }
        hits &+= UInt64(truncatingIfNeeded: count &- left)
        return left
    }
}
