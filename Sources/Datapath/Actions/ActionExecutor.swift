import CDPDK

/// Carries out programs on groups of packets, and gathers what leaves (OVS: dp_execute_actions).
///
/// An output that is not the last leaves the packet shared, by reference count, between the batch and the steps that
/// follow; a step that changes a packet first makes a copy if the packet is shared, so what is queued stays as it was.
struct ActionExecutor: ~Copyable {
    var batches = TransmitBatches()

    /// Runs `count` packets, all of which it takes, through a program; `mbufs` may be overwritten.
    ///
    /// - Parameter direct: the group is all there is in this burst, so that it may skip the batch.
    @inline(__always)
    mutating func run<Sink: PacketSink & ~Copyable>(
        _ program: ActionProgram.Reference, _ mbufs: MbufVector, _ count: Int, inPort: UInt32, direct: Bool,
        _ sink: inout Sink
    ) {
        let port = program.pointee.onlyOutput
        if port != ActionProgramHeader.noPort {
            if direct, count >= Burst.capacity / 2, batches.isEmpty(port) {
                sink.transmit(port, mbufs, count)
            } else {
                batches.append(port, mbufs, count, &sink)
            }
        } else {
            runSteps(program, mbufs, count, inPort: inPort, &sink)
        }
    }

    @inline(never)
    private mutating func runSteps<Sink: PacketSink & ~Copyable>(
        _ program: ActionProgram.Reference, _ mbufs: MbufVector, _ count: Int, inPort: UInt32, _ sink: inout Sink
    ) {
        let ops = ActionProgram.ops(of: program)
        var count = count
        for index in 0..<Int(program.pointee.count) {
            let op = ops[index]
            switch op.kind {
            case .output:
                for position in 0..<count { Self.share(mbufs[position].unsafelyUnwrapped) }
                batches.append(op.number, mbufs, count, &sink)
            case .lastOutput:
                return batches.append(op.number, mbufs, count, &sink)
            case .pushVLAN:
                count = makeWritable(mbufs, count, headroom: VLANTag.byteCount, inPort: inPort, &sink)
                for position in 0..<count {
                    VLANTag.push(
                        mbufs[position].unsafelyUnwrapped, tpid: op.short, tci: UInt16(truncatingIfNeeded: op.number))
                }
            case .popVLAN:
                count = makeWritable(mbufs, count, headroom: 0, inPort: inPort, &sink)
                for position in 0..<count { VLANTag.pop(mbufs[position].unsafelyUnwrapped) }
            case .drop:
                if count > 0 { sink.drop(op.reason, inPort, mbufs, count) }
                return
            }
            if count == 0 { return }
        }
    }

    /// One more owner.
    @inline(__always)
    private static func share(_ mbuf: Mbuf) {
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
    private mutating func makeWritable<Sink: PacketSink & ~Copyable>(
        _ mbufs: MbufVector, _ count: Int, headroom: Int, inPort: UInt32, _ sink: inout Sink
    ) -> Int {
        var kept = 0
        for position in 0..<count {
            var mbuf: Mbuf? = mbufs[position].unsafelyUnwrapped
            if Self.needsCopy(mbuf.unsafelyUnwrapped, headroom) {
                let original = mbuf.unsafelyUnwrapped
                mbuf = cdpdk_mbuf_copy(original, sink.pool(inPort))
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

    private func drop<Sink: PacketSink & ~Copyable>(
        _ reason: DropReason, _ mbuf: Mbuf, inPort: UInt32, _ sink: inout Sink
    ) {
        var one: Mbuf? = mbuf
        sink.drop(reason, inPort, &one, 1)
    }
}
