import CDPDK
import Packets

/// One packet thread's work on packets, burst by burst, in stages: read headers, look up, count, execute.
///
/// Packets in a row whose headers agree in every bit that the table looks at form a *run* and are looked up once; run 0
/// carries on from the last burst. All memory is allocated at the start and reached through pointers; nothing here
/// locks, allocates or counts references. The value is made anywhere and then used by one thread.
struct BurstProcessor<Sink: PacketSink & ~Copyable>: ~Copyable {
    var sink: Sink
    var table = FlowTable()
    var statistics = BurstStatistics()
    var executor = ActionExecutor()
    /// How many tags keys tell of.
    private(set) var tags = TagLimit.two
    let scratch = LookupScratch()
    let runs = BurstRuns()
    /// The packets of a burst that met no flow.
    let missed: MbufVector
    /// Those whose flow does nothing but drop.
    let dropped: MbufVector
    /// A burst of packets that are looked up again.
    let recirculated: MbufVector

    init(sink: consuming Sink) {
        self.sink = sink
        missed = .allocate(capacity: Burst.capacity)
        missed.initialize(repeating: nil, count: Burst.capacity)
        dropped = .allocate(capacity: Burst.capacity)
        dropped.initialize(repeating: nil, count: Burst.capacity)
        recirculated = .allocate(capacity: Burst.capacity)
        recirculated.initialize(repeating: nil, count: Burst.capacity)
        forgetLast()
    }

    deinit {
        recirculated.deallocate()
        scratch.deallocate()
        runs.deallocate()
        missed.deallocate()
        dropped.deallocate()
    }

    /// Takes `count` received packets, at most ``Burst/capacity``, through the datapath. `mbufs` is overwritten.
    ///
    /// - Parameter now: the time stamp counter, for the flows' last use.
    mutating func process(_ mbufs: MbufVector, _ count: Int, inPort: UInt32, now: UInt64) {
        executor.now = now
        statistics.bursts &+= 1
        statistics.packets &+= UInt64(truncatingIfNeeded: count)
        for position in 0..<count { cdpdk_prefetch(mbufs[position].unsafelyUnwrapped.frame) }

        let lastRun =
            table.union.isEthernet
            ? readEthernet(mbufs, count, inPort: inPort)
            : table.isShallow
                ? readShallow(mbufs, count, inPort: inPort) : readFull(mbufs, count, inPort: inPort)
        let kept = runs.start[lastRun &+ 1]
        guard kept > 0 else { return }
        statistics.repeats &+= UInt64(truncatingIfNeeded: kept &- lastRun)
        table.lookup(scratch, first: 1, end: lastRun &+ 1, statistics: &statistics.lookup)

        let first = runs.start[1] == 0 ? 1 : 0
        if first == lastRun, let entry = scratch.entries[lastRun] {
            credit(entry, packets: kept, bytes: runs.bytes[lastRun &+ 1], flags: runs.flags[lastRun], now)
            executor.run(
                entry.pointee.program, only: entry.pointee.onlyOutput, mbufs, kept, inPort: inPort, direct: true, &sink)
        } else {
            executeRuns(mbufs, first, lastRun, inPort: inPort, now: now)
        }
        if lastRun > 0 { carryOver(lastRun) }
        if executor.recirculations.count > 0 { recirculate(now) }
    }

    /// Takes `count` packets, at most ``Burst/capacity``, through one program, without a flow. `mbufs` is overwritten.
    /// All of them have metadata, or none.
    mutating func execute(
        _ program: ActionProgram.Reference, _ mbufs: MbufVector, _ count: Int, inPort: UInt32, now: UInt64
    ) {
        guard count > 0 else { return }
        executor.now = now
        let hasMetadata = PacketMetadata.isPresent(mbufs[0].unsafelyUnwrapped)
        executor.run(
            program, only: program.pointee.onlyOutput, mbufs, count, inPort: inPort, direct: false,
            hasMetadata: hasMetadata, &sink)
        if executor.recirculations.count > 0 { recirculate(now) }
    }

    /// Looks a packet up again that control gives back: its flow has been installed.
    ///
    /// One packet says little of what comes next: those of a flood of new flows must not push others out of the front
    /// cache. Nor are there too few of them, however overloaded control is.
    mutating func reprocess(_ mbuf: Mbuf, inPort: UInt32, now: UInt64) {
        let isOverloaded = table.isOverloaded
        table.isOverloaded = false
        table.remembers = false
        if PacketMetadata.isPresent(mbuf) {
            executor.now = now
            mbuf.pointee.fdir_hi = inPort
            if executor.recirculations.append(mbuf) { recirculate(now) }
        } else {
            recirculated[0] = mbuf
            process(recirculated, 1, inPort: inPort, now: now)
        }
        table.remembers = true
        table.isOverloaded = isOverloaded
    }

    /// Puts a meter in its place, or nil.
    mutating func setMeter(_ number: UInt32, _ meter: MeterBlock.Reference?) {
        executor.meters[Int(number)] = meter
    }

    /// Reads so many tags from now on. Between bursts; flows made before are to leave.
    mutating func limitTags(to limit: TagLimit) {
        forgetLast()
        tags = limit
    }

    /// Hands the sink whatever is gathered for transmission. To be called before the thread sleeps or ends.
    mutating func flush() { executor.batches.flush(&sink) }

    /// Carries out a command of control's ``FlowTableMirror``, which then holds what is to be freed. Between bursts.
    mutating func apply(_ command: TableCommand.Reference) {
        forgetLast()
        table.apply(command)
    }

    /// Puts the subtables that serve most packets first; worth doing about once a second.
    mutating func rank() { table.rank() }

    // MARK: - Stages

    @inline(__always)
    func credit(_ entry: FlowEntry.Reference, packets: Int, bytes: Int, flags: UInt16, _ now: UInt64) {
        entry.pointee.packets &+= UInt64(truncatingIfNeeded: packets)
        entry.pointee.bytes &+= UInt64(truncatingIfNeeded: bytes)
        entry.pointee.lastUsed = now
        if flags != 0 { entry.pointee.tcpFlags |= flags }
    }

    /// Several flows, or none known: run by run, which keeps the packets' order and costs less than sorting them by
    /// flow.
    @inline(never)
    private mutating func executeRuns(_ mbufs: MbufVector, _ first: Int, _ last: Int, inPort: UInt32, now: UInt64) {
        var run = first
        var misses = 0
        var drops = 0
        var dropKind = ActionProgramHeader.noPort
        // Packets in a row for one port, whatever their flows: they are sent together.
        var row = (port: UInt32(0), start: 0, count: 0)
        while run <= last {
            let start = runs.start[run]
            let packets = runs.start[run &+ 1] &- start
            if let entry = scratch.entries[run] {
                credit(
                    entry, packets: packets, bytes: runs.bytes[run &+ 1] &- runs.bytes[run], flags: runs.flags[run], now
                )
                let only = entry.pointee.onlyOutput
                if only < UInt32(PortID.limit) {
                    if only != row.port || start != row.start &+ row.count {
                        executor.send(row.port, mbufs + row.start, row.count, &sink)
                        row = (only, start, 0)
                    }
                    row.count &+= packets
                } else if ActionProgramHeader.isDrop(only) {
                    // Together at the end: a flood that rules drop should cost little.
                    if only != dropKind {
                        drop(dropKind, drops, inPort)
                        drops = 0
                        dropKind = only
                    }
                    for position in start..<start &+ packets {
                        dropped[drops] = mbufs[position]
                        drops &+= 1
                    }
                } else {
                    // Its steps may send to the same port, and not before what came before.
                    executor.send(row.port, mbufs + row.start, row.count, &sink)
                    row.count = 0
                    executor.run(
                        entry.pointee.program, only: only, mbufs + start, packets, inPort: inPort, direct: false, &sink)
                }
            } else {
                // They were taken for hits when the run was read; of a run that goes on, the first one too.
                statistics.repeats &-= UInt64(truncatingIfNeeded: run == 0 ? packets : packets &- 1)
                for position in start..<start &+ packets {
                    let mbuf = mbufs[position].unsafelyUnwrapped
                    // Whatever the device left in the flags, a received packet has no metadata yet.
                    PacketMetadata.discard(mbuf)
                    missed[misses] = mbuf
                    misses &+= 1
                }
            }
            run &+= 1
        }
        executor.send(row.port, mbufs + row.start, row.count, &sink)
        drop(dropKind, drops, inPort)
        guard misses > 0 else { return }
        statistics.missedPackets &+= UInt64(truncatingIfNeeded: misses)
        sink.miss(missed, misses, inPort)
    }

    /// Ends the first `count` of ``dropped``. `kind`: the ``ActionProgramHeader/onlyOutput`` of their flows.
    @inline(__always)
    private mutating func drop(_ kind: UInt32, _ count: Int, _ inPort: UInt32) {
        if count > 0 { sink.drop(ActionProgramHeader.dropReason(kind), inPort, dropped, count) }
    }

    /// Keeps the last run's key and flow as run 0 of the next burst.
    @inline(__always)
    private func carryOver(_ run: Int) {
        guard let entry = scratch.entries[run] else { return forgetLast() }
        let words = table.union.isEthernet ? FlowKeyExtractor.ethernetWordCount : MaskList.limit
        let key = scratch.key(run)
        for index in 0..<words { scratch.keys[index] = key[index] }
        scratch.entries[0] = entry
    }

    /// Makes the next burst begin with a look-up: no packet has this key, as every mask looks at in_port.
    private func forgetLast() {
        scratch.keys[0] = .max
        scratch.entries[0] = nil
    }
}
