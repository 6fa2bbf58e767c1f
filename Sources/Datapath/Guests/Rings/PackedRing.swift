import CDPDK

/// The packed virtqueue (virtio 1.2, 2.8): one ring, in which descriptors are made available and used in place.
///
/// A descriptor: address; length, id, flags. An event area: entry with the wrap counter as highest bit, flags.
enum PackedRing: RingLayout {
    @inline(__always)
    static func look(_ ring: GuestRing, _ slots: UnsafeMutablePointer<RingSlot>, _ count: Int) -> Int {
        if ring.pointee.is_broken != 0 { return 0 }
        var index = ring.pointee.next_available
        var wrap = ring.pointee.available_wrap != 0
        var found = 0
        // Descriptors of chains, each of which is read to find the next buffer.
        var seen = 0
        while found < count, seen < RingScratch.budget {
            let descriptor = ring.descriptor(index)
            let rest = cdpdk_shared_acquire64(descriptor + 8)
            let flags = UInt16(truncatingIfNeeded: rest >> 48)
            guard isAvailable(flags, wrap) else { break }
            let slot = slots + found
            slot.pointee.address = cdpdk_shared_load64(descriptor)
            slot.pointee.length = UInt32(truncatingIfNeeded: rest)
            slot.pointee.id = UInt16(truncatingIfNeeded: rest >> 32)
            slot.pointee.flags = flags
            slot.pointee.index = index
            slot.pointee.descriptors = 1
            slot.pointee.host = GuestMemory.find(ring, slot.pointee.address, slot.pointee.length)
            if flags & RingFlags.next != 0, !measure(ring, slot) { break }
            found &+= 1
            seen &+= Int(slot.pointee.descriptors)
            index &+= slot.pointee.descriptors
            if index >= ring.pointee.size {
                index &-= ring.pointee.size
                wrap.toggle()
            }
        }
        return found
    }

    /// Whether the guest has put a descriptor there on this round (2.8.1).
    @inline(__always)
    private static func isAvailable(_ flags: UInt16, _ wrap: Bool) -> Bool {
        (flags & RingFlags.available != 0) == wrap && (flags & RingFlags.used != 0) != wrap
    }

    /// Counts a chain's descriptors and takes the buffer's id from the last. A chain of more than a frame may take has
    /// no end that we look for: the ring stops there.
    @inline(never)
    private static func measure(_ ring: GuestRing, _ slot: UnsafeMutablePointer<RingSlot>) -> Bool {
        var index = slot.pointee.index
        for length in 2...UInt16(min(RingScratch.most, Int(ring.pointee.size))) {
            index = after(index, ring)
            let rest = cdpdk_shared_load64(ring.descriptor(index) + 8)
            if UInt16(truncatingIfNeeded: rest >> 48) & RingFlags.next == 0 {
                slot.pointee.id = UInt16(truncatingIfNeeded: rest >> 32)
                slot.pointee.descriptors = length
                return true
            }
        }
        ring.pointee.is_broken = 1
        return false
    }

    @inline(__always)
    private static func after(_ index: UInt16, _ ring: GuestRing) -> UInt16 {
        index &+ 1 >= ring.pointee.size ? 0 : index &+ 1
    }

    static func following(_ ring: GuestRing, _ slot: RingSlot) -> RingSlot? {
        guard slot.descriptors > 1 else { return nil }
        let index = after(slot.index, ring)
        var next = decode(ring.descriptor(index))
        next.index = index
        // How many there are was settled when the buffer was met.
        next.descriptors = slot.descriptors &- 1
        return next
    }

    static func listed(_ table: UnsafeMutablePointer<UInt8>, _ index: UInt16) -> RingSlot {
        var slot = decode(table)
        slot.index = index
        return slot
    }

    static func followingListed(_ slot: RingSlot, _ count: UInt32) -> UInt16? {
        UInt32(slot.index) &+ 1 < count && slot.index < .max ? slot.index &+ 1 : nil
    }

    private static func decode(_ descriptor: UnsafeMutablePointer<UInt8>) -> RingSlot {
        let rest = cdpdk_shared_load64(descriptor + 8)
        var slot = RingSlot()
        slot.address = cdpdk_shared_load64(descriptor)
        slot.length = UInt32(truncatingIfNeeded: rest)
        slot.flags = UInt16(truncatingIfNeeded: rest >> 48)
        slot.descriptors = 1
        return slot
    }

    @inline(__always)
    static func use(_ ring: GuestRing, _ slot: RingSlot, _ written: UInt32) {
        var flags: UInt16 = ring.pointee.used_wrap != 0 ? RingFlags.available | RingFlags.used : 0
        if written > 0 { flags |= RingFlags.write }
        let word = UInt64(written) | UInt64(slot.id) << 32 | UInt64(flags) << 48
        if ring.pointee.is_held == 0 {
            // The guest goes from entry to entry: it sees none before the first.
            ring.pointee.held = word
            ring.pointee.held_at = ring.pointee.next_used
            ring.pointee.is_held = 1
        } else {
            cdpdk_shared_store64(ring.descriptor(ring.pointee.next_used) + 8, word)
        }
        ring.pointee.next_used &+= slot.descriptors
        if ring.pointee.next_used >= ring.pointee.size {
            ring.pointee.next_used &-= ring.pointee.size
            ring.pointee.used_wrap ^= 1
        }
        ring.pointee.next_available &+= slot.descriptors
        if ring.pointee.next_available >= ring.pointee.size {
            ring.pointee.next_available &-= ring.pointee.size
            ring.pointee.available_wrap ^= 1
        }
    }

    @inline(__always)
    static func publish(_ ring: GuestRing) {
        guard ring.pointee.is_held != 0 else { return }
        cdpdk_shared_release64(ring.descriptor(ring.pointee.held_at) + 8, ring.pointee.held)
        ring.pointee.is_held = 0
    }

    @inline(__always)
    static func wantsCall(_ ring: GuestRing) -> Bool {
        let driver = ring.pointee.driver.unsafelyUnwrapped
        let flags = cdpdk_shared_acquire16(driver + 2)
        guard ring.hasEventIndex else { return flags != 1 }
        let last = signal(ring)
        // RING_EVENT_FLAGS_DESC; ENABLE and DISABLE do without an entry (2.8.10).
        guard flags == 2 else { return flags != 1 }
        guard var last else { return true }
        let wanted = cdpdk_shared_load16(driver)
        var event = wanted & 0x7fff
        if ring.pointee.next_used <= last { last &-= ring.pointee.size }
        if UInt16(ring.pointee.used_wrap) != wanted >> 15 { event &-= ring.pointee.size }
        return ring.pointee.next_used &- event &- 1 < ring.pointee.next_used &- last
    }

    static func log(_ ring: GuestRing, since before: UInt16) {
        guard ring.pointee.log_address != 0 else { return }
        let base = ring.pointee.log_address
        let (end, size) = (ring.pointee.next_used, ring.pointee.size)
        // With nothing between them it has gone round, for something was used.
        let first = end > before ? end &- before : size &- min(before, size)
        cdpdk_vhost_log(ring.pointee.owner, base &+ UInt64(before) &* 16, UInt64(first) &* 16)
        if end <= before { cdpdk_vhost_log(ring.pointee.owner, base, UInt64(end) &* 16) }
    }
}
