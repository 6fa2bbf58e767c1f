import CDPDK

/// Where a thread's packets go when the burst processor is done with them: devices, other threads, control, or nowhere.
///
/// Confined to its thread. Holds raw pointers only, so that nothing is retained per packet.
struct ThreadSink: PacketSink {
    /// The thread's slots, `PortID.limit` of them; owned by the thread's core.
    let ports: UnsafeMutablePointer<PortAttachment>
    /// The rte_ring of packets for control.
    let upcalls: UnsafeMutableRawPointer
    let statistics: UnsafeMutablePointer<ThreadStatistics>
    /// Scratch of a burst for the kernel's vectors; nil on a PMD thread.
    let kernel: UnsafeMutablePointer<KernelTransmitter>?
    /// Room for what is read of guests' rings.
    let guests: RingScratch
    /// Who may have how many packets in `upcalls`.
    let shares: MissShares

    @inline(__always)
    mutating func transmit(_ port: UInt32, _ mbufs: MbufVector, _ count: Int) {
        let slot = ports + Int(port)
        statistics.pointee.outputBatches &+= 1
        statistics.pointee.outputPackets &+= UInt64(truncatingIfNeeded: count)
        switch slot.pointee.mode {
        case .queue: sendToDevice(slot, mbufs, bringOver(slot, mbufs, count))
        case .handover: handOver(slot, mbufs, bringOver(slot, mbufs, count))
        case .guest: sendToGuest(slot, mbufs, count)
        case .absentGuest:
            let failure = Int(DropReason.transmitFailure.rawValue)
            slot.pointee.counters.unsafelyUnwrapped.pointee.drops[failure] &+= UInt64(count)
            cdpdk_mbuf_free_bulk(mbufs, UInt32(count))
        case .tap, .packetSocket: kernel.unsafelyUnwrapped.pointee.send(slot, mbufs, count)
        case .none:
            statistics.pointee.noPort &+= UInt64(count)
            cdpdk_mbuf_free_bulk(mbufs, UInt32(count))
        }
    }

    /// Puts packets in buffers of the kernel ports' small pool into some of the device's: it keeps what
    /// was sent until it needs the place, and would have all of them before long. How many there are;
    /// those without a buffer are dropped.
    @inline(__always)
    private func bringOver(_ slot: UnsafeMutablePointer<PortAttachment>, _ mbufs: MbufVector, _ count: Int) -> Int {
        guard let pool = slot.pointee.pool else { return count }
        return bringOver(slot, pool, mbufs, count)
    }

    @inline(never)
    private func bringOver(
        _ slot: UnsafeMutablePointer<PortAttachment>, _ pool: UnsafeMutableRawPointer, _ mbufs: MbufVector, _ count: Int
    ) -> Int {
        var kept = 0
        for index in 0..<count {
            let mbuf = mbufs[index].unsafelyUnwrapped
            if mbuf.pointee.pool == pool {
                mbufs[kept] = mbuf
                kept &+= 1
                continue
            }
            if let copy = cdpdk_mbuf_copy(mbuf, pool, .max) {
                mbufs[kept] = copy
                kept &+= 1
            } else {
                slot.pointee.counters.unsafelyUnwrapped.pointee.drops[Int(DropReason.copyFailed.rawValue)] &+= 1
            }
            cdpdk_mbuf_free(mbuf)
        }
        return kept
    }

    /// Offers a burst to the thread's own transmit queue until the device takes no more; the rest is dropped.
    private func sendToDevice(_ slot: UnsafeMutablePointer<PortAttachment>, _ mbufs: MbufVector, _ count: Int) {
        let counters = slot.pointee.counters.unsafelyUnwrapped
        let fitting = dropTooLong(slot, counters, mbufs, count)
        var sent = 0
        while sent < fitting {
            let taken = cdpdk_tx_burst(
                slot.pointee.devicePort, slot.pointee.deviceQueue, mbufs + sent,
                UInt16(truncatingIfNeeded: fitting - sent))
            if taken == 0 { break }
            sent += Int(taken)
        }
        if sent < fitting {
            counters.pointee.drops[Int(DropReason.transmitFailure.rawValue)] &+= UInt64(fitting - sent)
            cdpdk_mbuf_free_bulk(mbufs + sent, UInt32(fitting - sent))
        }
    }

    /// Offers a burst to a guest, and the rest again as long as the guest takes some of it, `retries` times
    /// at most. The packets are copied.
    private func sendToGuest(_ slot: UnsafeMutablePointer<PortAttachment>, _ mbufs: MbufVector, _ count: Int) {
        let counters = slot.pointee.counters.unsafelyUnwrapped
        let fitting = dropTooLong(slot, counters, mbufs, count)
        var sent = 0
        var retries: UInt16 = 0
        while sent < fitting {
            let taken = offer(slot, mbufs + sent, fitting - sent)
            sent += taken
            guard taken > 0, sent < fitting, retries < slot.pointee.retries else { break }
            retries &+= 1
        }
        slot.pointee.queueCounters.unsafelyUnwrapped.pointee.count(mbufs, sent)
        counters.pointee.transmitRetries &+= UInt64(retries)
        counters.pointee.drops[Int(DropReason.transmitFailure.rawValue)] &+= UInt64(truncatingIfNeeded: fitting - sent)
        cdpdk_mbuf_free_bulk(mbufs, UInt32(truncatingIfNeeded: fitting))
    }

    /// Copies to a guest what it has room for, from the first packet on; how many.
    @inline(__always)
    private func offer(_ slot: UnsafeMutablePointer<PortAttachment>, _ mbufs: MbufVector, _ count: Int) -> Int {
        guard let ring = slot.pointee.guestRing else {
            // One at a time: what a burst takes of a ring may be more than the library has room to note (22.11).
            var sent = 0
            while sent < count,
                cdpdk_vhost_send(slot.pointee.descriptor, slot.pointee.deviceQueue, mbufs + sent, 1) == 1
            {
                sent &+= 1
            }
            return sent
        }
        guard GuestRingAccess.enter(ring) else { return 0 }
        let sent = GuestSender.send(ring, guests, mbufs, count)
        cdpdk_vhost_ring_leave(ring)
        return sent
    }

    private func handOver(_ slot: UnsafeMutablePointer<PortAttachment>, _ mbufs: MbufVector, _ count: Int) {
        let taken = UnsafeRawPointer(mbufs).withMemoryRebound(
            to: UnsafeMutableRawPointer?.self, capacity: count
        ) { cdpdk_ring_enqueue_burst(slot.pointee.ring, $0, UInt32(count)) }
        if Int(taken) < count {
            let lost = count - Int(taken)
            let counters = slot.pointee.counters.unsafelyUnwrapped
            counters.pointee.drops[Int(DropReason.handoverFull.rawValue)] &+= UInt64(lost)
            cdpdk_mbuf_free_bulk(mbufs + Int(taken), UInt32(lost))
        }
    }

    /// Drops what is longer than the port lets out; packs the rest to the front and returns how many are left.
    @inline(__always)
    private func dropTooLong(
        _ slot: UnsafeMutablePointer<PortAttachment>, _ counters: UnsafeMutablePointer<PortCounters>,
        _ mbufs: MbufVector, _ count: Int
    ) -> Int {
        let limit = slot.pointee.maximumFrameLength
        var longest: UInt32 = 0
        for index in 0..<count { longest = max(longest, mbufs[index].unsafelyUnwrapped.pointee.pkt_len) }
        if longest <= limit { return count }
        var kept = 0
        for index in 0..<count {
            let mbuf = mbufs[index].unsafelyUnwrapped
            if FrameLength.exceeds(limit, mbuf) {
                counters.pointee.drops[Int(DropReason.mtuExceeded.rawValue)] &+= 1
                cdpdk_mbuf_free(mbuf)
            } else {
                mbufs[kept] = mbuf
                kept += 1
            }
        }
        return kept
    }

    /// How many packets wait for control.
    @inline(__always)
    var waitingUpcalls: Int { Int(cdpdk_ring_count(upcalls)) }

    /// How many more misses of a port control has room for, when so many packets wait for it.
    @inline(__always)
    func room(_ port: UInt32, waiting: Int) -> Int {
        shares.room(port, free: ThreadRings.upcallDepth &- 1 &- waiting)
    }

    mutating func miss(_ mbufs: MbufVector, _ count: Int, _ inPort: UInt32) {
        // With no room left nothing is touched but the buffers' way home: a flood of misses must cost little.
        let fitting = min(count, room(inPort, waiting: waitingUpcalls))
        var kept = 0
        for position in 0..<fitting {
            var mbuf = mbufs[position].unsafelyUnwrapped
            if mbuf.pointee.refcnt != 1 {
                // Control keeps it for a while, and writes to it.
                guard let copy = mbuf.copied() else {
                    self.count(.copyFailed, inPort, 1)
                    cdpdk_mbuf_free(mbuf)
                    continue
                }
                cdpdk_mbuf_free(mbuf)
                mbuf = copy
            }
            mbuf.pointee.fdir_hi = inPort
            mbufs[kept] = mbuf
            kept &+= 1
        }
        let taken = UnsafeRawPointer(mbufs).withMemoryRebound(
            to: UnsafeMutableRawPointer?.self, capacity: count
        ) { Int(cdpdk_ring_enqueue_burst(upcalls, $0, UInt32(truncatingIfNeeded: kept))) }
        shares.send(inPort, taken)
        statistics.pointee.upcalls &+= UInt64(truncatingIfNeeded: taken)
        lose(mbufs + taken, kept &- taken, inPort)
        lose(mbufs + fitting, count &- fitting, inPort)
    }

    private func lose(_ mbufs: MbufVector, _ count: Int, _ inPort: UInt32) {
        guard count > 0 else { return }
        statistics.pointee.upcallsLost &+= UInt64(truncatingIfNeeded: count)
        self.count(.upcallLost, inPort, UInt64(truncatingIfNeeded: count))
        cdpdk_mbuf_free_bulk(mbufs, UInt32(truncatingIfNeeded: count))
    }

    /// Punted packets leave half the ring to misses, which wait for flows that would take load off control.
    var takesPunts: Bool { waitingUpcalls < ThreadRings.upcallDepth / 2 }

    mutating func punt(_ mbuf: Mbuf, _ inPort: UInt32) {
        mbuf.pointee.fdir_hi = inPort
        var item: UnsafeMutableRawPointer? = UnsafeMutableRawPointer(mbuf)
        if takesPunts, cdpdk_ring_enqueue_burst(upcalls, &item, 1) == 1 {
            shares.send(inPort, 1)
            statistics.pointee.punts &+= 1
            return
        }
        puntFailed(.upcallLost, inPort)
        cdpdk_mbuf_free(mbuf)
    }

    mutating func puntFailed(_ reason: DropReason, _ inPort: UInt32) {
        statistics.pointee.upcallsLost &+= 1
        count(reason, inPort, 1)
    }

    mutating func drop(_ reason: DropReason, _ inPort: UInt32, _ mbufs: MbufVector, _ count: Int) {
        self.count(reason, inPort, UInt64(count))
        cdpdk_mbuf_free_bulk(mbufs, UInt32(count))
    }

    /// Counts drops under a port; under no port's name when the port is gone.
    @inline(__always)
    func count(_ reason: DropReason, _ port: UInt32, _ packets: UInt64) {
        guard port < UInt32(PortID.limit), let counters = ports[Int(port)].counters else {
            statistics.pointee.noPort &+= packets
            return
        }
        counters.pointee.drops[Int(reason.rawValue)] &+= packets
    }
}
