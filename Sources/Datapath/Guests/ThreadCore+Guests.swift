import CDPDK

extension ThreadCore {
    /// One burst from a guest. When there are no buffers, the packets stay where they are.
    mutating func receiveFromGuest(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        if queue.pointee.isHeld, isHeld(queue) { return 0 }
        let count: Int
        if let ring = queue.pointee.guestRing {
            // Who has it now, has come to take it away.
            guard cdpdk_vhost_ring_enter(ring) != 0 else { return 0 }
            count = receive(from: ring, queue)
            cdpdk_vhost_ring_leave(ring)
        } else {
            count = Int(
                cdpdk_vhost_receive(
                    queue.pointee.descriptor, queue.pointee.deviceQueue, queue.pointee.pool, mbufs, UInt16(Self.burst)))
        }
        if count > 0 { queue.pointee.counters.unsafelyUnwrapped.pointee.count(mbufs, count) }
        return count
    }

    @inline(__always)
    private func receive(from ring: GuestRing, _ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        let scratch = processor.sink.guests
        if ring.pointee.announcement != 0, GuestAnnouncement.take(ring, queue.pointee.pool, mbufs) { return 1 }
        let found = GuestReceiver.look(ring, scratch, Self.burst)
        guard found > 0, cdpdk_mbuf_alloc_bulk(queue.pointee.pool, mbufs, UInt32(truncatingIfNeeded: found)) == 0 else {
            return 0
        }
        let result = GuestReceiver.take(ring, scratch, found, mbufs)
        if result.frames < found {
            queue.pointee.counters.unsafelyUnwrapped.pointee.errors &+= UInt64(truncatingIfNeeded: result.dropped)
            cdpdk_mbuf_free_bulk(mbufs + result.frames, UInt32(truncatingIfNeeded: found &- result.frames))
        }
        return result.frames
    }
}
