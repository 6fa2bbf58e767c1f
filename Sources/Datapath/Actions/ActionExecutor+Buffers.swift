import CDPDK

/// Who else holds a packet, and copies for those who change it.
extension ActionExecutor {
    /// One more owner.
    @inline(__always)
    static func share(_ mbuf: Mbuf) {
        if mbuf.pointee.refcnt == 1, mbuf.pointee.nb_segs == 1 {
            mbuf.pointee.refcnt = 2  // a sole owner need not ask atomically
        } else {
            cdpdk_mbuf_share(mbuf, 1)
        }
    }

    /// Replaces packets that others hold too, or that have too little room in front, by copies; drops those for which
    /// there is no buffer, and those too short to have an Ethernet header.
    ///
    /// - Returns: how many are left, moved to the front.
    mutating func makeWritable<Sink: PacketSink & ~Copyable>(
        _ mbufs: MbufVector, _ count: Int, headroom: Int, inPort: UInt32, _ sink: inout Sink
    ) -> Int {
        var kept = 0
        for position in 0..<count {
            var mbuf: Mbuf? = mbufs[position].unsafelyUnwrapped
            if Self.needsCopy(mbuf.unsafelyUnwrapped, headroom) {
                let original = mbuf.unsafelyUnwrapped
                mbuf = original.copied()
                if let copy = mbuf, Self.needsCopy(copy, headroom) {
                    cdpdk_mbuf_free(copy)
                    mbuf = nil
                }
                guard mbuf != nil else {
                    drop(.copyFailed, original, inPort: inPort, &sink)
                    continue
                }
                cdpdk_mbuf_free(original)
            }
            if mbuf.unsafelyUnwrapped.pointee.data_len < 14 {
                drop(.malformed, mbuf.unsafelyUnwrapped, inPort: inPort, &sink)
                continue
            }
            mbufs[kept] = mbuf
            kept &+= 1
        }
        return kept
    }

    @inline(__always)
    private static func needsCopy(_ mbuf: Mbuf, _ headroom: Int) -> Bool {
        mbuf.pointee.refcnt != 1 || Int(mbuf.pointee.data_off) < headroom
    }

    func drop<Sink: PacketSink & ~Copyable>(
        _ reason: DropReason, _ mbuf: Mbuf, inPort: UInt32, _ sink: inout Sink
    ) {
        var one: Mbuf? = mbuf
        sink.drop(reason, inPort, &one, 1)
    }
}
