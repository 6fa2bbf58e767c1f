import CDPDK

/// Takes frames from a guest.
enum GuestReceiver {
    /// What came of a burst.
    struct Result {
        /// Frames in the buffers, in the order in which they came.
        var frames = 0
        /// Buffers that held no frame that can be taken: too long for a buffer of ours, too short, or none of the
        /// guest's memory. They are given back as used.
        var dropped = 0
    }

    /// Reads up to `count` of what waits; how much there is. `take` has to follow.
    @inline(__always)
    static func look(_ ring: GuestRing, _ scratch: RingScratch, _ count: Int) -> Int {
        let found = ring.isPacked
            ? PackedRing.look(ring, scratch.slots, count) : SplitRing.look(ring, scratch.slots, count)
        let header = Int(ring.pointee.header)
        for index in 0..<found { prefetch(scratch.slots + index, header) }
        if found > 0, !ring.isPacked { SplitRing.prefetchUsed(ring, found) }
        return found
    }

    /// Asks for the frame, not for its header: that is mostly in a line of its own, which may stay
    /// with the guest's processor.
    @inline(__always)
    private static func prefetch(_ slot: UnsafeMutablePointer<RingSlot>, _ header: Int) {
        guard let host = slot.pointee.host else { return }
        cdpdk_prefetch(host + (slot.pointee.isPlain ? header : 0))
        if slot.pointee.length > 128 { cdpdk_prefetch(host + 64 + header) }
    }

    /// The lines behind the first two, as far as the processor does not see by itself what comes.
    @inline(__always)
    private static func prefetchRest(_ slot: UnsafeMutablePointer<RingSlot>) {
        guard slot.pointee.length > 192, let host = slot.pointee.host else { return }
        cdpdk_prefetch(host + 140)
        if slot.pointee.length > 256 { cdpdk_prefetch(host + 204) }
    }

    /// Takes what was found into as many buffers, which are reset and have room for a frame. Those for
    /// which there is no frame are last.
    @inline(__always)
    static func take(_ ring: GuestRing, _ scratch: RingScratch, _ found: Int, _ mbufs: MbufVector) -> Result {
        ring.isPacked
            ? take(PackedRing.self, ring, scratch, found, mbufs) : take(SplitRing.self, ring, scratch, found, mbufs)
    }

    static func take<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ scratch: RingScratch, _ found: Int, _ mbufs: MbufVector
    ) -> Result {
        var result = Result()
        let before = ring.pointee.next_used
        let header = ring.pointee.header
        var budget = RingScratch.budget
        for index in 0..<found {
            let slot = scratch.slots + index
            if index &+ 2 < found { prefetchRest(slot + 2) }
            let mbuf = mbufs[result.frames].unsafelyUnwrapped
            if slot.pointee.isPlain {
                let length = slot.pointee.length &- header
                if slot.pointee.length > header, length <= room(mbuf) {
                    cdpdk_copy(mbuf.frame, slot.pointee.host.unsafelyUnwrapped + Int(header), UInt64(length))
                    mbuf.pointee.data_len = UInt16(truncatingIfNeeded: length)
                    mbuf.pointee.pkt_len = length
                    result.frames &+= 1
                } else {
                    result.dropped &+= 1
                }
            } else {
                guard budget > 0 else { break }
                if takePieces(layout, ring, slot.pointee, scratch, mbuf, &budget) {
                    result.frames &+= 1
                } else {
                    result.dropped &+= 1
                }
            }
            Layout.use(ring, slot.pointee, 0)
        }
        if result.frames &+ result.dropped > 0 { Layout.finish(ring, since: before) }
        return result
    }

    /// The longest frame that a buffer holds.
    @inline(__always)
    private static func room(_ mbuf: Mbuf) -> UInt32 { UInt32(mbuf.pointee.buf_len &- mbuf.pointee.data_off) }

    /// Takes a frame that is not in one piece; whether it is one.
    @inline(never)
    private static func takePieces<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ slot: RingSlot, _ scratch: RingScratch, _ mbuf: Mbuf,
        _ budget: inout Int
    ) -> Bool {
        let sum = BufferPieces.gather(layout, ring, slot, scratch, after: 0)
        budget &-= sum.steps
        let header = UInt64(ring.pointee.header)
        guard !sum.isBroken, sum.length > header, sum.length &- header <= UInt64(room(mbuf)) else { return false }
        var skip = Int(header)
        var target = mbuf.frame
        for index in 0..<sum.pieces {
            let piece = scratch.pieces[index]
            let skipped = min(skip, piece.length)
            skip &-= skipped
            cdpdk_copy(target, piece.host + skipped, UInt64(piece.length &- skipped))
            target += piece.length &- skipped
        }
        let length = UInt32(truncatingIfNeeded: sum.length &- header)
        mbuf.pointee.data_len = UInt16(truncatingIfNeeded: length)
        mbuf.pointee.pkt_len = length
        return true
    }
}
