import CDPDK
import Packets

/// Packets that a program sends round again: the same stages, but the key has the packet's metadata in it.
extension BurstProcessor where Sink: ~Copyable {
    /// Works until no packet waits any more; each can wait only so often.
    @inline(never)
    mutating func recirculate(_ now: UInt64) {
        while executor.recirculations.count > 0 {
            let count = executor.recirculations.take(into: recirculated)
            statistics.recirculations &+= UInt64(truncatingIfNeeded: count)
            let last = readRecirculated(recirculated, count)
            if last == 0 { continue }
            statistics.repeats &+= UInt64(truncatingIfNeeded: runs.start[last &+ 1] &- last)
            table.lookup(scratch, first: 1, end: last &+ 1, statistics: &statistics.lookup)
            for run in 1...last { executeRecirculated(run, now) }
        }
    }

    /// Reads every header. Run 0 stays that of the last burst, and is empty here.
    private mutating func readRecirculated(_ mbufs: MbufVector, _ count: Int) -> Int {
        let mask = table.union
        var run = 0
        var kept = 0
        var bytes = 0
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            let words = scratch.key(run &+ 1)
            let inPort = mbuf.pointee.fdir_hi
            guard FlowKeyExtractor.extract(mbuf, inPort: inPort, into: words, tags: tags) else {
                var one: Mbuf? = mbuf
                sink.drop(.malformed, inPort, &one, 1)
                continue
            }
            PacketMetadata.fill(words, from: mbuf, inPort: inPort)
            let current = scratch.key(run)
            var difference: UInt64 = run == 0 ? 1 : 0
            for place in 0..<mask.count {
                let word = mask.words[place]
                difference |= (words[word.index] ^ current[word.index]) & word.bits
            }
            // An empty table has no mask; the place that a packet came in and comes from counts all the same.
            difference |= words[0] ^ current[0]
            if difference != 0 {
                run &+= 1
                runs.begin(run, at: kept, bytes)
            }
            runs.flags[run] |= UInt16(truncatingIfNeeded: words[FlowField.tcpFlags >> 3] >> 32)
            bytes &+= Int(mbuf.pointee.pkt_len)
            mbufs[kept] = mbuf
            kept &+= 1
        }
        runs.end(run, at: kept, bytes)
        return run
    }

    private mutating func executeRecirculated(_ run: Int, _ now: UInt64) {
        let start = runs.start[run]
        let packets = runs.start[run &+ 1] &- start
        let inPort = UInt32(truncatingIfNeeded: scratch.key(run)[0])
        if let entry = scratch.entries[run] {
            credit(entry, packets: packets, bytes: runs.bytes[run &+ 1] &- runs.bytes[run], flags: runs.flags[run], now)
            executor.run(
                entry.pointee.program, only: entry.pointee.onlyOutput, recirculated + start, packets, inPort: inPort,
                direct: false, hasMetadata: true, &sink)
            return
        }
        statistics.repeats &-= UInt64(truncatingIfNeeded: packets &- 1)
        statistics.missedPackets &+= UInt64(truncatingIfNeeded: packets)
        sink.miss(recirculated + start, packets, inPort)
    }
}
