/// The flows of one mask in one thread: an open-addressing hash table of ``FlowEntry`` pointers (OVS:
/// `dpcls_subtable`).
///
/// A slot is a word: the top 16 bits of the hash, and the 48 bits that an address in user space has; 0 is empty. At
/// most half the slots are taken, so a look-up that misses ends soon. The header and the mask are one block, the slots
/// another; control makes both, the thread owns them from the command that brings them to the one that takes them
/// away.
struct Subtable {
    typealias Reference = UnsafeMutablePointer<Subtable>

    var mask: MaskList
    var slots: UnsafeMutablePointer<UInt64>
    /// The number of slots, a power of two, less one.
    var slotMask: Int
    /// Look-ups that ended here since the last ranking; halved by it.
    var hits: UInt64 = 0

    static let pointerBits: UInt64 = 0xffff_ffff_ffff
    static let tagBits: UInt64 = 0xffff_0000_0000_0000

    @inline(__always)
    static func slot(_ entry: FlowEntry.Reference) -> UInt64 { slot(entry, entry.pointee.hash) }

    @inline(__always)
    static func slot(_ entry: FlowEntry.Reference, _ hash: UInt64) -> UInt64 {
        UInt64(UInt(bitPattern: entry)) & pointerBits | hash & tagBits
    }

    @inline(__always)
    static func entry(_ slot: UInt64) -> FlowEntry.Reference {
        // A slot that is not empty holds an address.
        FlowEntry.Reference(bitPattern: UInt(slot & pointerBits)).unsafelyUnwrapped
    }

    /// Allocates header and mask, without slots. Control only.
    static func allocate(mask bits: UnsafePointer<UInt64>, seed: UInt64) -> Reference {
        let stride = MemoryLayout<Subtable>.stride
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: stride + MaskList.capacity * MemoryLayout<MaskWord>.stride, alignment: 64)
        let words = (block + stride).bindMemory(to: MaskWord.self, capacity: MaskList.capacity)
        var list = MaskList(words: words, seed: seed)
        list.set(bits)
        let subtable = block.bindMemory(to: Subtable.self, capacity: 1)
        subtable.initialize(to: Subtable(mask: list, slots: allocateSlots(1), slotMask: 0))
        return subtable
    }

    /// Frees the header, the mask and the slots, not the entries. Control only.
    static func deallocate(_ subtable: Reference) {
        subtable.pointee.slots.deallocate()
        UnsafeMutableRawPointer(subtable).deallocate()
    }

    /// `count` empty slots. Control only.
    static func allocateSlots(_ count: Int) -> UnsafeMutablePointer<UInt64> {
        let slots = UnsafeMutableRawPointer.allocate(byteCount: max(count * 8, 64), alignment: 64)
            .bindMemory(to: UInt64.self, capacity: count)
        slots.initialize(repeating: 0, count: count)
        return slots
    }

    /// Puts an entry into slots that have room.
    @inline(__always)
    static func insert(_ entry: FlowEntry.Reference, _ slots: UnsafeMutablePointer<UInt64>, _ slotMask: Int) {
        var index = Int(truncatingIfNeeded: entry.pointee.hash) & slotMask
        while slots[index] != 0 { index = (index &+ 1) & slotMask }
        slots[index] = slot(entry)
    }

    /// Takes an entry out, if it is there; the entries that had been pushed behind it move up, so that no gap cuts a
    /// chain.
    @discardableResult
    mutating func remove(_ entry: FlowEntry.Reference) -> Bool {
        var gap = Int(truncatingIfNeeded: entry.pointee.hash) & slotMask
        let wanted = Self.slot(entry)
        while slots[gap] != wanted {
            if slots[gap] == 0 { return false }
            gap = (gap &+ 1) & slotMask
        }
        var next = gap
        while true {
            next = (next &+ 1) & slotMask
            let slot = slots[next]
            if slot == 0 { break }
            let home = Int(truncatingIfNeeded: Self.entry(slot).pointee.hash) & slotMask
            // It may move if its home is not cyclically in (gap, next].
            if (next &- home) & slotMask >= (next &- gap) & slotMask {
                slots[gap] = slot
                gap = next
            }
        }
        slots[gap] = 0
        return true
    }
}
