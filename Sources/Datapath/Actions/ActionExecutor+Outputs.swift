import CDPDK

/// Where packets go: to ports, to control, or round again.
extension ActionExecutor {
    /// To a port; `isLast`: the packets themselves, else another reference.
    @inline(__always)
    mutating func output<Sink: PacketSink & ~Copyable>(
        _ port: UInt32, _ mbufs: MbufVector, _ count: Int, isLast: Bool, inPort: UInt32, _ sink: inout Sink
    ) {
        if cut != .max { return outputCut(port, mbufs, count, isLast: isLast, inPort: inPort, &sink) }
        if !isLast {
            for position in 0..<count { Self.share(mbufs[position].unsafelyUnwrapped) }
        }
        if count > 0 { batches.append(port, mbufs, count, &sink) }
    }

    /// To a port, cut to so many bytes; later outputs are not cut any more.
    @inline(never)
    private mutating func outputCut<Sink: PacketSink & ~Copyable>(
        _ port: UInt32, _ mbufs: MbufVector, _ count: Int, isLast: Bool, inPort: UInt32, _ sink: inout Sink
    ) {
        var sent = 0
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            guard let part = part(of: mbuf, isLast: isLast, inPort: inPort, &sink) else { continue }
            spare[sent] = part
            sent &+= 1
        }
        cut = .max
        if sent > 0 { batches.append(port, spare, sent, &sink) }
    }

    /// What of a packet is to be sent, the caller's to give away; nil if there was no buffer.
    ///
    /// - Parameter isLast: the packet itself is given away too.
    @inline(__always)
    private mutating func part<Sink: PacketSink & ~Copyable>(
        of mbuf: Mbuf, isLast: Bool, inPort: UInt32, _ sink: inout Sink
    ) -> Mbuf? {
        if mbuf.pointee.pkt_len <= cut {
            if !isLast { Self.share(mbuf) }
            return mbuf
        }
        if isLast, mbuf.pointee.refcnt == 1, mbuf.pointee.nb_segs == 1 {
            mbuf.pointee.data_len = UInt16(truncatingIfNeeded: cut)
            mbuf.pointee.pkt_len = cut
            return mbuf
        }
        guard let copy = mbuf.copied(cut) else {
            if !isLast { Self.share(mbuf) }
            drop(.copyFailed, mbuf, inPort: inPort, &sink)
            return nil
        }
        if isLast { cdpdk_mbuf_free(mbuf) }
        return copy
    }

    /// To control, as far as it takes them; `isLast`: the packets themselves, else copies.
    @inline(never)
    mutating func punt<Sink: PacketSink & ~Copyable>(
        _ number: UInt32, _ mbufs: MbufVector, _ count: Int, isLast: Bool, inPort: UInt32, _ sink: inout Sink
    ) {
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            // Control reads it at leisure, while others may change or send what they share.
            if isLast, mbuf.pointee.refcnt == 1, mbuf.pointee.pkt_len <= cut {
                PacketMetadata.markPunted(mbuf, number)
                sink.punt(mbuf, inPort)
                continue
            }
            // A copy that nobody takes is not made.
            if !sink.takesPunts {
                sink.puntFailed(.upcallLost, inPort)
            } else if let copy = mbuf.copied(cut) {
                PacketMetadata.markPunted(copy, number)
                sink.punt(copy, inPort)
            } else {
                sink.puntFailed(.copyFailed, inPort)
            }
            if isLast { cdpdk_mbuf_free(mbuf) }
        }
        cut = .max
    }

    /// Into the queue of those that are looked up again when the burst is done.
    @inline(never)
    mutating func recirculate<Sink: PacketSink & ~Copyable>(
        _ id: UInt32, _ mbufs: MbufVector, _ count: Int, inPort: UInt32, _ sink: inout Sink
    ) {
        // Its metadata is to be its own.
        let count = makeWritable(mbufs, count, headroom: 0, inPort: inPort, &sink)
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            let depth = PacketMetadata.depth(mbuf)
            PacketMetadata.setRecirculation(mbuf, id)
            PacketMetadata.setDepth(mbuf, depth &+ 1)
            mbuf.pointee.fdir_hi = inPort
            if depth >= RecirculationQueue.depthLimit || !recirculations.append(mbuf) {
                drop(.recirculation, mbuf, inPort: inPort, &sink)
            }
        }
        cut = .max
    }
}
