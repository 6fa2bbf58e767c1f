import CDPDK

extension ThreadCore {
    /// One burst from a guest. When there are no buffers, the packets stay where they are.
    mutating func receiveFromGuest(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        if queue.pointee.isHeld, isHeld(queue) { return 0 }
        var count: Int
        if let ring = queue.pointee.guestRing {
            // Who has it now, has come to take it away.
            guard cdpdk_vhost_ring_enter(ring) != 0 else { return 0 }
            count = receive(from: ring, queue)
            cdpdk_vhost_ring_leave(ring)
        } else {
            count = receiveByLibrary(queue, Self.burst)
            if count == 0, cdpdk_pool_has_burst(queue.pointee.pool) == 0 { count = receiveFewByLibrary(queue) }
        }
        if count > 0 { queue.pointee.counters.unsafelyUnwrapped.pointee.count(mbufs, count) }
        return count
    }

    @inline(__always)
    private func receiveByLibrary(_ queue: UnsafeMutablePointer<ReceiveQueue>, _ count: Int) -> Int {
        Int(
            cdpdk_vhost_receive(
                queue.pointee.descriptor, queue.pointee.deviceQueue, queue.pointee.pool, mbufs,
                UInt16(truncatingIfNeeded: count)))
    }

    /// The library has come back with nothing, and the pool has no buffers for a burst. It does not say whether
    /// any packet would have been there.
    @inline(never)
    private func receiveFewByLibrary(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        queue.pointee.counters.unsafelyUnwrapped.pointee.withoutBuffer &+= 1
        var wanted = Self.burst / 4
        while wanted > 0 {
            let count = receiveByLibrary(queue, wanted)
            if count > 0 { return count }
            wanted /= 4
        }
        return 0
    }

    @inline(__always)
    private func receive(from ring: GuestRing, _ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        let scratch = processor.sink.guests
        if ring.pointee.announcement != 0, GuestAnnouncement.take(ring, queue.pointee.pool, mbufs) { return 1 }
        var found = GuestReceiver.look(ring, scratch, Self.burst)
        guard found > 0 else { return 0 }
        if cdpdk_mbuf_alloc_bulk(queue.pointee.pool, mbufs, UInt32(truncatingIfNeeded: found)) != 0 {
            found = allocateFew(queue, found)
            guard found > 0 else { return 0 }
        }
        let result = GuestReceiver.take(ring, scratch, found, mbufs)
        if result.frames < found {
            queue.pointee.counters.unsafelyUnwrapped.pointee.errors &+= UInt64(truncatingIfNeeded: result.dropped)
            cdpdk_mbuf_free_bulk(mbufs + result.frames, UInt32(truncatingIfNeeded: found &- result.frames))
        }
        return result.frames
    }

    /// When there are not as many buffers as packets: takes a few at least, or a pool of which others hold the most
    /// would never serve this guest. How many.
    @inline(never)
    private func allocateFew(_ queue: UnsafeMutablePointer<ReceiveQueue>, _ wanted: Int) -> Int {
        queue.pointee.counters.unsafelyUnwrapped.pointee.withoutBuffer &+= 1
        var count = wanted / 4
        while count > 0, cdpdk_mbuf_alloc_bulk(queue.pointee.pool, mbufs, UInt32(truncatingIfNeeded: count)) != 0 {
            count /= 4
        }
        return count
    }
}
