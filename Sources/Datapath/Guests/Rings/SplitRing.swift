import CDPDK

/// The split virtqueue (virtio 1.2, 2.7): a table of descriptors, a ring of those made available, one of those used.
///
/// Available ring: flags, idx, `size` heads, used_event. Used ring: flags, idx, `size` of (id, length), avail_event.
enum SplitRing: RingLayout {
    @inline(__always)
    static func look(_ ring: GuestRing, _ slots: UnsafeMutablePointer<RingSlot>, _ count: Int) -> Int {
        let driver = ring.pointee.driver.unsafelyUnwrapped
        let waiting = Int(cdpdk_shared_acquire16(driver + 2) &- ring.pointee.next_available)
        let found = min(waiting, count, Int(ring.pointee.size))
        let mask = ring.pointee.size &- 1
        for index in 0..<found {
            let place = (ring.pointee.next_available &+ UInt16(truncatingIfNeeded: index)) & mask
            let head = cdpdk_shared_load16(driver + 4 + Int(place) &* 2)
            slots[index].id = head
            // A head beyond the table is used up with nothing in it.
            let isThere = head < ring.pointee.size
            slots[index].descriptors = isThere ? 1 : 0
            cdpdk_prefetch(ring.descriptor(isThere ? head : 0))
        }
        for index in 0..<found {
            let slot = slots + index
            let place = slot.pointee.descriptors == 0 ? 0 : slot.pointee.id
            let (address, rest) = read(ring.descriptor(place))
            slot.pointee.address = address
            slot.pointee.length = UInt32(truncatingIfNeeded: rest)
            slot.pointee.flags = UInt16(truncatingIfNeeded: rest >> 32)
            slot.pointee.next = UInt16(truncatingIfNeeded: rest >> 48)
            slot.pointee.host = slot.pointee.descriptors == 0
                ? nil : GuestMemory.find(ring, address, slot.pointee.length)
        }
        return found
    }

    /// Asks for the entries that the next `count` buffers are told in.
    @inline(__always)
    static func prefetchUsed(_ ring: GuestRing, _ count: Int) {
        let entries = ring.pointee.device.unsafelyUnwrapped + 4
        var index = 0
        while index < count {
            let place = (ring.pointee.next_used &+ UInt16(truncatingIfNeeded: index)) & (ring.pointee.size &- 1)
            cdpdk_prefetch_for_writing(entries + Int(place) &* 8)
            index &+= 8
        }
    }

    /// A descriptor: address; length, flags, next.
    @inline(__always)
    private static func read(_ descriptor: UnsafeMutablePointer<UInt8>) -> (UInt64, UInt64) {
        (cdpdk_shared_load64(descriptor), cdpdk_shared_load64(descriptor + 8))
    }

    static func following(_ ring: GuestRing, _ slot: RingSlot) -> RingSlot? {
        guard slot.flags & RingFlags.next != 0, slot.next < ring.pointee.size else { return nil }
        return decode(ring.descriptor(slot.next))
    }

    static func listed(_ table: UnsafeMutablePointer<UInt8>, _ index: UInt16) -> RingSlot { decode(table) }

    static func followingListed(_ slot: RingSlot, _ count: UInt32) -> UInt16? {
        slot.flags & RingFlags.next != 0 && UInt32(slot.next) < count ? slot.next : nil
    }

    private static func decode(_ descriptor: UnsafeMutablePointer<UInt8>) -> RingSlot {
        let (address, rest) = read(descriptor)
        var slot = RingSlot()
        slot.address = address
        slot.length = UInt32(truncatingIfNeeded: rest)
        slot.flags = UInt16(truncatingIfNeeded: rest >> 32)
        slot.next = UInt16(truncatingIfNeeded: rest >> 48)
        slot.descriptors = 1
        return slot
    }

    @inline(__always)
    static func use(_ ring: GuestRing, _ slot: RingSlot, _ written: UInt32) {
        let place = ring.pointee.next_used & (ring.pointee.size &- 1)
        cdpdk_shared_store64(
            ring.pointee.device.unsafelyUnwrapped + 4 + Int(place) &* 8, UInt64(slot.id) | UInt64(written) << 32)
        ring.pointee.next_used &+= 1
        ring.pointee.next_available &+= 1
    }

    @inline(__always)
    static func publish(_ ring: GuestRing) {
        cdpdk_shared_release16(ring.pointee.device.unsafelyUnwrapped + 2, ring.pointee.next_used)
    }

    @inline(__always)
    static func wantsCall(_ ring: GuestRing) -> Bool {
        let driver = ring.pointee.driver.unsafelyUnwrapped
        // VRING_AVAIL_F_NO_INTERRUPT
        guard ring.hasEventIndex else { return cdpdk_shared_load16(driver) & 1 == 0 }
        guard let last = signal(ring) else { return true }
        let event = cdpdk_shared_load16(driver + 4 + Int(ring.pointee.size) &* 2)
        // Whether the entry that the guest waits for is among those since `last` (virtio 1.2, 2.7.7.2).
        return ring.pointee.next_used &- event &- 1 < ring.pointee.next_used &- last
    }

    static func log(_ ring: GuestRing, since before: UInt16) {
        guard ring.pointee.log_address != 0 else { return }
        let base = ring.pointee.log_address
        cdpdk_vhost_log(ring.pointee.owner, base, 4)
        let size = ring.pointee.size
        let begin = before & (size &- 1)
        let count = min(ring.pointee.next_used &- before, size)
        let first = min(count, size &- begin)
        cdpdk_vhost_log(ring.pointee.owner, base &+ 4 &+ UInt64(begin) &* 8, UInt64(first) &* 8)
        cdpdk_vhost_log(ring.pointee.owner, base &+ 4, UInt64(count &- first) &* 8)
    }
}
