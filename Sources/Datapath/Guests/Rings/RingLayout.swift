import CDPDK

/// How a kind of virtqueue lies in memory. Generic code is compiled for each kind of its own, so these are plain calls.
protocol RingLayout {
    /// Reads up to `count` buffers from where the ring stands, `count` at most ``RingScratch/most``;
    /// how many there are.
    static func look(_ ring: GuestRing, _ slots: UnsafeMutablePointer<RingSlot>, _ count: Int) -> Int
    /// The descriptor that follows one of a buffer's within the ring; nil when there is none.
    static func following(_ ring: GuestRing, _ slot: RingSlot) -> RingSlot?
    /// The descriptor at an index of an indirect table.
    static func listed(_ table: UnsafeMutablePointer<UInt8>, _ index: UInt16) -> RingSlot
    /// The index of the descriptor that follows one of an indirect table of `count`; nil when none does.
    static func followingListed(_ slot: RingSlot, _ count: UInt32) -> UInt16?
    /// Notes that the next buffer is used and how many bytes were written to it. The guest does not see it yet.
    static func use(_ ring: GuestRing, _ slot: RingSlot, _ written: UInt32)
    /// Shows the guest what was used.
    static func publish(_ ring: GuestRing)
    /// Whether the guest wants to be told of what was published.
    static func wantsCall(_ ring: GuestRing) -> Bool
    /// Notes what was written to the ring since `before`, the `next_used` of then, for live migration.
    static func log(_ ring: GuestRing, since before: UInt16)
}

extension RingLayout {
    /// Shows the guest what was used since `before`, and wakes it if it wants that.
    @inline(__always)
    static func finish(_ ring: GuestRing, since before: UInt16) {
        publish(ring)
        if ring.isLogged { log(ring, since: before) }
        // What is published must be there before we read whether to call: the guest looks in the other order.
        cdpdk_shared_fence()
        if ring.pointee.call >= 0, wantsCall(ring) { cdpdk_vhost_call(ring.pointee.call) }
    }

    /// What was told last to a guest that wants to be woken from some entry on; nil: nothing was told yet.
    @inline(__always)
    static func signal(_ ring: GuestRing) -> UInt16? {
        let last: UInt16? = ring.pointee.is_signalled != 0 ? ring.pointee.signalled : nil
        ring.pointee.signalled = ring.pointee.next_used
        ring.pointee.is_signalled = 1
        return last
    }
}
