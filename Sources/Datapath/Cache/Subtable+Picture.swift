/// What control does with the slots of its own that show how a thread's will be.
extension Subtable {
    var slotCount: Int { slotMask + 1 }

    /// The entry that a key meets.
    func find(_ key: UnsafePointer<UInt64>) -> FlowEntry.Reference? {
        let hash = mask.hash(key)
        var index = Int(truncatingIfNeeded: hash) & slotMask
        while slots[index] != 0 {
            if (slots[index] ^ hash) & Self.tagBits == 0 {
                let entry = Self.entry(slots[index])
                if mask.matches(key, FlowEntry.words(of: entry)) { return entry }
            }
            index = (index &+ 1) & slotMask
        }
        return nil
    }

    /// Moves the entries into so many times the slots; `factor` is a power of two.
    mutating func grow(by factor: Int) {
        let old = slots
        let oldCount = slotCount
        slots = Self.allocateSlots(oldCount * factor)
        slotMask = oldCount * factor - 1
        for index in 0..<oldCount where old[index] != 0 { Self.insert(Self.entry(old[index]), slots, slotMask) }
        old.deallocate()
    }

    /// The same slots once more, for a thread.
    func copyOfSlots() -> UnsafeMutablePointer<UInt64> {
        let copy = Self.allocateSlots(slotCount)
        copy.update(from: slots, count: slotCount)
        return copy
    }
}
