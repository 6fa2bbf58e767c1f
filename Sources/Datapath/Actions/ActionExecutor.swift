import CDPDK
import Packets

/// Takes groups of packets of one flow through a program, step by step for the whole group.
///
/// An output that is not the last leaves the packet shared, by reference count, between the batch and the steps that
/// follow; a step that changes a packet first makes a copy if the packet is shared, so what is queued stays as it was.
struct ActionExecutor: ~Copyable {
    var batches = TransmitBatches()
    var recirculations = RecirculationQueue()
    var branches = ActionBranches()
    /// The meters by number; ``DatapathControl/meterLimit`` places. The meters are control's.
    let meters: UnsafeMutablePointer<MeterBlock.Reference?>
    /// The time stamp counter at the burst's beginning, which is the time for its meters.
    var now: UInt64 = 0
    /// What the next output is cut to.
    var cut = UInt32.max
    /// The state of the chances that `sample` takes; never 0.
    var chance: UInt64
    /// Room for a key, and for packets of a group.
    let words: UnsafeMutablePointer<UInt64>
    let spare: MbufVector
    /// The bands that packets of a group exceed.
    let exceeded: UnsafeMutablePointer<MeterBand.Reference?>

    init() {
        // Pages of numbers that no meter has are never made.
        meters = MeterBlock.makeTable()
        chance = .random(in: 1...UInt64.max)
        words = .allocate(capacity: FlowKey.wordCount)
        words.initialize(repeating: 0, count: FlowKey.wordCount)
        spare = .allocate(capacity: Burst.capacity)
        spare.initialize(repeating: nil, count: Burst.capacity)
        exceeded = .allocate(capacity: Burst.capacity)
        exceeded.initialize(repeating: nil, count: Burst.capacity)
    }

    deinit {
        recirculations.deallocate()
        branches.deallocate()
        MeterBlock.freeTable(meters)
        words.deallocate()
        spare.deallocate()
        exceeded.deallocate()
    }

    /// Runs `count` packets, all of which it takes, through a program; `mbufs` may be overwritten.
    ///
    /// - Parameters:
    ///   - port: the program's ``ActionProgramHeader/onlyOutput``.
    ///   - direct: the group is all there is in this burst, so that it may skip the batch.
    ///   - hasMetadata: the packets have been recirculated.
    @inline(__always)
    mutating func run<Sink: PacketSink & ~Copyable>(
        _ program: ActionProgram.Reference, only port: UInt32, _ mbufs: MbufVector, _ count: Int, inPort: UInt32,
        direct: Bool, hasMetadata: Bool = false, _ sink: inout Sink
    ) {
        if port < UInt32(PortID.limit) {
            if direct { send(port, mbufs, count, &sink) } else { batches.append(port, mbufs, count, &sink) }
        } else {
            runSteps(program, mbufs, count, inPort: inPort, hasMetadata: hasMetadata, &sink)
        }
    }

    /// Sends packets out of a port behind those that wait for it already; so many that none need wait go at once.
    @inline(__always)
    mutating func send<Sink: PacketSink & ~Copyable>(
        _ port: UInt32, _ mbufs: MbufVector, _ count: Int, _ sink: inout Sink
    ) {
        if count >= Burst.capacity / 2, batches.isEmpty(port) {
            sink.transmit(port, mbufs, count)
        } else if count > 0 {
            batches.append(port, mbufs, count, &sink)
        }
    }

    @inline(never)
    private mutating func runSteps<Sink: PacketSink & ~Copyable>(
        _ program: ActionProgram.Reference, _ mbufs: MbufVector, _ count: Int, inPort: UInt32, hasMetadata: Bool,
        _ sink: inout Sink
    ) {
        let ops = ActionProgram.ops(of: program)
        let usesMetadata = program.pointee.usesMetadata
        if usesMetadata, !hasMetadata {
            for position in 0..<count { PacketMetadata.clear(mbufs[position].unsafelyUnwrapped) }
        }
        cut = .max
        var count = count
        for index in 0..<Int(program.pointee.count) {
            let op = ops[index]
            switch op.kind {
            case .output:
                output(op.number, mbufs, count, isLast: false, inPort: inPort, &sink)
            case .lastOutput:
                output(op.number, mbufs, count, isLast: true, inPort: inPort, &sink)
                count = 0
            case .pushVLAN:
                count = makeWritable(mbufs, count, headroom: VLANTag.byteCount, inPort: inPort, &sink)
                for position in 0..<count {
                    VLANTag.push(
                        mbufs[position].unsafelyUnwrapped, tpid: op.short, tci: UInt16(truncatingIfNeeded: op.number))
                }
            case .popVLAN:
                count = makeWritable(mbufs, count, headroom: 0, inPort: inPort, &sink)
                for position in 0..<count { VLANTag.pop(mbufs[position].unsafelyUnwrapped) }
            case .set:
                count = set(op, mbufs, count, inPort: inPort, &sink)
            case .pushMPLS:
                count = makeWritable(mbufs, count, headroom: MPLSLabel.byteCount, inPort: inPort, &sink)
                for position in 0..<count {
                    MPLSLabel.push(mbufs[position].unsafelyUnwrapped, type: op.short, entry: op.number)
                }
            case .popMPLS:
                count = makeWritable(mbufs, count, headroom: 0, inPort: inPort, &sink)
                for position in 0..<count { MPLSLabel.pop(mbufs[position].unsafelyUnwrapped, type: op.short) }
            case .copyTTLOut:
                count = makeWritable(mbufs, count, headroom: 0, inPort: inPort, &sink)
                for position in 0..<count { TTLCopy.outwards(mbufs[position].unsafelyUnwrapped) }
            case .copyTTLIn:
                count = makeWritable(mbufs, count, headroom: 0, inPort: inPort, &sink)
                for position in 0..<count { TTLCopy.inwards(mbufs[position].unsafelyUnwrapped) }
            case .pushPBB:
                count = makeWritable(mbufs, count, headroom: PBBTag.byteCount, inPort: inPort, &sink)
                for position in 0..<count { PBBTag.push(mbufs[position].unsafelyUnwrapped, tag: op.number) }
            case .popPBB:
                count = makeWritable(mbufs, count, headroom: 0, inPort: inPort, &sink)
                for position in 0..<count { PBBTag.pop(mbufs[position].unsafelyUnwrapped) }
            case .truncate:
                cut = op.number
            case .meter:
                count = applyMeter(op.number, mbufs, count, inPort: inPort, &sink)
            case .hash:
                for position in 0..<count {
                    let mbuf = mbufs[position].unsafelyUnwrapped
                    let isSymmetric = op.short != UInt16(DatapathHash.Algorithm.l4.rawValue)
                    PacketMetadata.setHash(
                        mbuf, PacketHash.compute(mbuf, symmetric: isSymmetric, basis: op.number, words))
                }
            case .recirculate:
                recirculate(op.number, mbufs, count, inPort: inPort, &sink)
                count = 0
            case .punt:
                punt(op.number, mbufs, count, isLast: false, inPort: inPort, &sink)
            case .lastPunt:
                punt(op.number, mbufs, count, isLast: true, inPort: inPort, &sink)
                count = 0
            case .putAside:
                branches.putAside(mbufs, count, cut: cut, hasMetadata: usesMetadata)
                count = 0
            case .select:
                count = select(op, mbufs, hasMetadata: usesMetadata)
            case .discard:
                if count > 0 { cdpdk_mbuf_free_bulk(mbufs, UInt32(truncatingIfNeeded: count)) }
                count = 0
            case .takeBack:
                count = takeBack(mbufs, hasMetadata: usesMetadata)
            case .drop:
                if count > 0 { sink.drop(op.reason, inPort, mbufs, count) }
                count = 0
            case .finish:
                if count > 0 { cdpdk_mbuf_free_bulk(mbufs, UInt32(truncatingIfNeeded: count)) }
                count = 0
            }
            if count == 0, branches.depth == 0 { return }
        }
    }

    /// Changes a header of every packet.
    @inline(__always)
    private mutating func set<Sink: PacketSink & ~Copyable>(
        _ op: ActionOp, _ mbufs: MbufVector, _ count: Int, inPort: UInt32, _ sink: inout Sink
    ) -> Int {
        let pieces = ActionProgram.pieces(of: op)
        let number = Int(op.number)
        let header = HeaderRewrite.Header(rawValue: UInt8(truncatingIfNeeded: op.short)).unsafelyUnwrapped
        if header == .mark || header == .priority {
            for position in 0..<count {
                MetadataRewrite.set(mbufs[position].unsafelyUnwrapped, pieces, isMark: header == .mark)
            }
            return count
        }
        let count = makeWritable(mbufs, count, headroom: 0, inPort: inPort, &sink)
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            switch header {
            case .ethernet: LinkRewrite.setEthernet(mbuf, pieces, number)
            case .ipv4: IPRewrite.setIPv4(mbuf, pieces, number)
            case .ipv6: IPRewrite.setIPv6(mbuf, pieces, number)
            case .arp: LinkRewrite.setARP(mbuf, pieces, number)
            case .tcp: TransportRewrite.setTCP(mbuf, pieces, number)
            case .udp: TransportRewrite.setUDP(mbuf, pieces, number)
            case .sctp: TransportRewrite.setSCTP(mbuf, pieces, number)
            case .icmpv4: TransportRewrite.setICMP(mbuf, pieces, number, isIPv6: false)
            case .icmpv6: TransportRewrite.setICMP(mbuf, pieces, number, isIPv6: true)
            case .neighborDiscovery: TransportRewrite.setNeighbourDiscovery(mbuf, pieces, number)
            case .mpls: LinkRewrite.setMPLS(mbuf, pieces, number)
            case .pbb: LinkRewrite.setPBB(mbuf, pieces, number)
            case .mark, .priority, .tunnel: break
            }
        }
        return count
    }
}
