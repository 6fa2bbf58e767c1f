import CDPDK

/// Copies frames to a guest.
enum GuestSender {
    /// How many of the frames, from the first on, the guest has room for; those are copied.
    @inline(__always)
    static func send(_ ring: GuestRing, _ scratch: RingScratch, _ mbufs: MbufVector, _ count: Int) -> Int {
        ring.isPacked
            ? send(PackedRing.self, ring, scratch, mbufs, count) : send(SplitRing.self, ring, scratch, mbufs, count)
    }

    static func send<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ scratch: RingScratch, _ mbufs: MbufVector, _ count: Int
    ) -> Int {
        let before = ring.pointee.next_used
        let header = ring.pointee.header
        var budget = RingScratch.budget
        var sent = 0
        while sent < count {
            let found = Layout.look(ring, scratch.slots, count &- sent)
            guard found > 0 else { break }
            prefetch(scratch, mbufs + sent, found, header)
            if !ring.isPacked { SplitRing.prefetchUsed(ring, found) }
            let plain = sendPlain(layout, ring, scratch, mbufs + sent, found, header)
            sent &+= plain
            guard plain < found else { continue }
            // The next one needs more than one piece, or is none.
            guard budget > 0, sendPieces(layout, ring, scratch, mbufs[sent].unsafelyUnwrapped, &budget) else { break }
            sent &+= 1
        }
        if sent > 0 { Layout.finish(ring, since: before) }
        return sent
    }

    /// Asks for where frames go, to write there, and for their headers to look at: mostly these are as they have to be.
    @inline(__always)
    private static func prefetch(_ scratch: RingScratch, _ mbufs: MbufVector, _ count: Int, _ header: UInt32) {
        for index in 0..<count {
            guard let host = scratch.slots[index].host else { continue }
            let frame = host + Int(header)
            cdpdk_prefetch(host)
            cdpdk_prefetch_for_writing(frame)
            let end = Int(bitPattern: frame) & 63 &+ Int(mbufs[index].unsafelyUnwrapped.pointee.pkt_len)
            if end > 64 { cdpdk_prefetch_for_writing(frame + 64) }
        }
    }

    /// The lines behind the first two, as far as the processor does not see by itself what comes.
    @inline(__always)
    private static func prefetchRest(_ slot: UnsafeMutablePointer<RingSlot>, _ length: UInt32) {
        guard length > 192, let host = slot.pointee.host else { return }
        cdpdk_prefetch_for_writing(host + 140)
        if length > 256 { cdpdk_prefetch_for_writing(host + 204) }
    }

    /// Copies frames of one segment into buffers of one piece, as long as both go on so; how many.
    @inline(__always)
    private static func sendPlain<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ scratch: RingScratch, _ mbufs: MbufVector, _ count: Int,
        _ header: UInt32
    ) -> Int {
        let isLogged = ring.isLogged
        for index in 0..<count {
            let mbuf = mbufs[index].unsafelyUnwrapped
            let slot = scratch.slots + index
            if index &+ 2 < count {
                prefetchRest(slot + 2, mbufs[index &+ 2].unsafelyUnwrapped.pointee.pkt_len &+ header)
            }
            let length = UInt32(mbuf.pointee.data_len)
            guard slot.pointee.isPlain, mbuf.pointee.nb_segs == 1, slot.pointee.length >= length &+ header else {
                return index
            }
            let host = slot.pointee.host.unsafelyUnwrapped
            writeHeader(host, header, buffers: 1)
            cdpdk_copy(host + Int(header), mbuf.frame, UInt64(length))
            if isLogged { cdpdk_vhost_log(ring.pointee.owner, slot.pointee.address, UInt64(length &+ header)) }
            Layout.use(ring, slot.pointee, length &+ header)
        }
        return count
    }

    /// struct virtio_net_hdr_mrg_rxbuf (virtio 1.2, 5.1.6): no checksum is left to the guest, no segmentation either.
    ///
    /// What is there already is not written: its line may stay with both processors.
    @inline(__always)
    private static func writeHeader(_ target: UnsafeMutablePointer<UInt8>, _ header: UInt32, buffers: UInt16) {
        if cdpdk_shared_load64(target) != 0 { cdpdk_shared_store64(target, 0) }
        if cdpdk_shared_load16(target + 8) != 0 { cdpdk_shared_store16(target + 8, 0) }
        if header == 12, cdpdk_shared_load16(target + 10) != buffers.littleEndian {
            cdpdk_shared_store16(target + 10, buffers.littleEndian)
        }
    }

    /// Copies a frame into as many buffers and pieces as it needs; whether there were enough, else
    /// nothing has happened.
    @inline(never)
    private static func sendPieces<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ scratch: RingScratch, _ mbuf: Mbuf, _ budget: inout Int
    ) -> Bool {
        let needed = UInt64(mbuf.pointee.pkt_len) &+ UInt64(ring.pointee.header)
        // Mostly a few buffers are enough.
        var most = ring.isMergeable ? 8 : 1
        while true {
            let found = Layout.look(ring, scratch.slots, most)
            budget &-= found
            if let buffers = gather(layout, ring, scratch, found, needed, &budget) {
                write(ring, scratch, mbuf, buffers: buffers)
                log(ring, scratch, needed)
                finish(layout, ring, scratch, buffers, needed)
                return true
            }
            guard found == most, ring.isMergeable, most < RingScratch.most, budget > 0 else { return false }
            most = RingScratch.most
        }
    }

    /// Gathers the pieces of the buffers that so many bytes need; how many buffers, nil if there are
    /// too few or one is none.
    private static func gather<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ scratch: RingScratch, _ found: Int, _ needed: UInt64,
        _ budget: inout Int
    ) -> Int? {
        var pieces = 0
        var room: UInt64 = 0
        for index in 0..<found {
            let sum = BufferPieces.gather(layout, ring, scratch.slots[index], scratch, after: pieces)
            budget &-= sum.steps
            // Pieces of no length cost looks and bring nothing: no number of pieces bounds them.
            guard !sum.isBroken, budget > 0 else { return nil }
            pieces = sum.pieces
            room &+= sum.length
            // What is told as used of it.
            scratch.slots[index].length = UInt32(truncatingIfNeeded: min(sum.length, needed))
            if room >= needed { return index &+ 1 }
        }
        return nil
    }

    /// Copies header and frame over the pieces, which have room for both.
    private static func write(_ ring: GuestRing, _ scratch: RingScratch, _ mbuf: Mbuf, buffers: Int) {
        writeHeader(scratch.header, ring.pointee.header, buffers: UInt16(truncatingIfNeeded: buffers))
        var (piece, offset) = (0, 0)
        func put(_ source: UnsafeMutablePointer<UInt8>, _ count: Int) {
            var (source, left) = (source, count)
            while left > 0 {
                let part = min(left, scratch.pieces[piece].length &- offset)
                cdpdk_copy(scratch.pieces[piece].host + offset, source, UInt64(part))
                source += part
                left &-= part
                offset &+= part
                if offset == scratch.pieces[piece].length {
                    piece &+= 1
                    offset = 0
                }
            }
        }
        put(scratch.header, Int(ring.pointee.header))
        var left = Int(mbuf.pointee.pkt_len)
        var segment: Mbuf? = mbuf
        while let current = segment, left > 0 {
            let count = min(left, Int(current.pointee.data_len))
            put(current.frame, count)
            left &-= count
            segment = current.pointee.next
        }
    }

    /// Notes which of the guest's bytes were written.
    private static func log(_ ring: GuestRing, _ scratch: RingScratch, _ needed: UInt64) {
        guard ring.isLogged else { return }
        var left = Int(truncatingIfNeeded: needed)
        var piece = 0
        while left > 0 {
            let count = min(left, scratch.pieces[piece].length)
            cdpdk_vhost_log(ring.pointee.owner, scratch.pieces[piece].address, UInt64(count))
            left &-= count
            piece &+= 1
        }
    }

    private static func finish<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ scratch: RingScratch, _ buffers: Int, _ needed: UInt64
    ) {
        var left = needed
        for index in 0..<buffers {
            let count = min(left, UInt64(scratch.slots[index].length))
            Layout.use(ring, scratch.slots[index], UInt32(truncatingIfNeeded: count))
            left &-= count
        }
    }
}
