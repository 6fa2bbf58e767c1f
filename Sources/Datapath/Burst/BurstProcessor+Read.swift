import CDPDK
import Packets

/// The first stage: headers to keys, and packets to runs.
extension BurstProcessor where Sink: ~Copyable {
    /// Reads layer 2 of every packet; what is malformed is dropped, the others move to the front.
    ///
    /// - Returns: the number of the last run; run 0 may be empty.
    @inline(__always)
    mutating func readEthernet(_ mbufs: MbufVector, _ count: Int, inPort: UInt32) -> Int {
        let mask = (table.unionBits[0], table.unionBits[1], table.unionBits[2], table.unionBits[3])
        let keys = scratch.keys
        // The key of the run under way, in registers.
        var previous = (keys[0], keys[1], keys[2], keys[3])
        var plainType = UInt64.max
        let word0 = UInt64(inPort)
        var run = 0
        var kept = 0
        var bytes = 0
        runs.begin(0, at: 0, 0)
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            let frame = UnsafeRawPointer(mbuf.frame)
            let length = Int(mbuf.pointee.data_len)
            var word1: UInt64 = 0
            var word2: UInt64 = 0
            var word3: UInt64 = 0
            if length >= 14 {
                word1 = frame.loadUnaligned(as: UInt64.self) & 0xffff_ffff_ffff
                word2 = frame.loadUnaligned(fromByteOffset: 6, as: UInt64.self)
            }
            // Most packets are of one untagged type: compare with it before asking what it is.
            if length < 14 || word2 >> 48 != plainType {
                let words = scratch.key(run &+ 1)
                guard
                    FlowKeyExtractor.extract(
                        frame: frame, length: length, inPort: inPort, into: words, depth: .ethernet,
                        tags: tags)
                else {
                    dropMalformed(mbuf, inPort)
                    continue
                }
                if FlowKeyExtractor.isPlain(word2) { plainType = word2 >> 48 }
                word2 = words[2]
                word3 = words[3]
            }
            let low = (word0 ^ previous.0) & mask.0 | (word1 ^ previous.1) & mask.1
            let high = (word2 ^ previous.2) & mask.2 | (word3 ^ previous.3) & mask.3
            if low | high != 0 {
                run &+= 1
                runs.begin(run, at: kept, bytes)
                let key = scratch.key(run)
                key[0] = word0
                key[1] = word1
                key[2] = word2
                key[3] = word3
                previous = (word0, word1, word2, word3)
            }
            bytes &+= Int(mbuf.pointee.pkt_len)
            mbufs[kept] = mbuf
            kept &+= 1
        }
        runs.end(run, at: kept, bytes)
        return run
    }

    /// The same with IPv4 addresses and the ports of TCP and UDP, for tables that look no further.
    ///
    /// Untagged datagrams without options that are no fragments are read here, by a few loads; all others by the
    /// extractor.
    @inline(never)
    mutating func readShallow(_ mbufs: MbufVector, _ count: Int, inPort: UInt32) -> Int {
        let bits = table.unionBits
        let mask = (bits[0], bits[1], bits[2], bits[3], bits[4], bits[5], bits[10])
        let keys = scratch.keys
        var previous = (keys[0], keys[1], keys[2], keys[3], keys[4], keys[5], keys[10])
        let word0 = UInt64(inPort)
        var run = 0
        var kept = 0
        var bytes = 0
        runs.begin(0, at: 0, 0)
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            let frame = UnsafeRawPointer(mbuf.frame)
            let length = Int(mbuf.pointee.data_len)
            let key = scratch.key(run &+ 1)
            var word1: UInt64 = 0
            var word2: UInt64 = 0
            var word3: UInt64 = 0
            var word4: UInt64 = 0
            var word5: UInt64 = 0
            var word10: UInt64 = 0
            var isRead = false
            if length >= 42 {
                word1 = frame.loadUnaligned(as: UInt64.self) & 0xffff_ffff_ffff
                word2 = frame.loadUnaligned(fromByteOffset: 6, as: UInt64.self)
                // Version and header length | TOS | total length, and flags and offset | TTL | protocol.
                let first = frame.loadUnaligned(fromByteOffset: 14, as: UInt32.self)
                let third = frame.loadUnaligned(fromByteOffset: 20, as: UInt32.self)
                let total = Int(UInt16(truncatingIfNeeded: first >> 16).byteSwapped)
                if word2 >> 48 == 0x0008, first & 0xff == 0x45, third & 0xff3f == 0,
                    total <= Int(mbuf.pointee.pkt_len) &- 14
                {
                    let proto = UInt64(third >> 24)
                    word4 = proto | UInt64(first & 0xff00) | UInt64(third & 0xff_0000)
                    word5 = frame.loadUnaligned(fromByteOffset: 26, as: UInt64.self)
                    word10 = UInt64(frame.loadUnaligned(fromByteOffset: 34, as: UInt32.self))
                    if proto == UInt64(IPProtocol.udp) {
                        isRead = total >= 28
                    } else if proto == UInt64(IPProtocol.tcp), total >= 40, length >= 54 {
                        word10 |= UInt64(frame.loadUnaligned(fromByteOffset: 46, as: UInt16.self) & 0xff0f) << 32
                        isRead = true
                    }
                }
            }
            if !isRead {
                guard FlowKeyExtractor.extract(mbuf, inPort: inPort, into: key, tags: tags) else {
                    dropMalformed(mbuf, inPort)
                    continue
                }
                (word1, word2, word3) = (key[1], key[2], key[3])
                (word4, word5, word10) = (key[4], key[5], key[10])
            }
            let low = (word0 ^ previous.0) & mask.0 | (word1 ^ previous.1) & mask.1 | (word2 ^ previous.2) & mask.2
            let high = (word3 ^ previous.3) & mask.3 | (word4 ^ previous.4) & mask.4 | (word5 ^ previous.5) & mask.5
            if low | high | (word10 ^ previous.6) & mask.6 != 0 {
                run &+= 1
                runs.begin(run, at: kept, bytes)
                (key[0], key[1], key[2], key[3]) = (word0, word1, word2, word3)
                (key[4], key[5], key[10]) = (word4, word5, word10)
                previous = (word0, word1, word2, word3, word4, word5, word10)
            }
            runs.flags[run] |= UInt16(truncatingIfNeeded: word10 >> 32)
            bytes &+= Int(mbuf.pointee.pkt_len)
            mbufs[kept] = mbuf
            kept &+= 1
        }
        runs.end(run, at: kept, bytes)
        return run
    }

    /// The same with every header read.
    @inline(never)
    mutating func readFull(_ mbufs: MbufVector, _ count: Int, inPort: UInt32) -> Int {
        let mask = table.union
        var run = 0
        var kept = 0
        var bytes = 0
        runs.begin(0, at: 0, 0)
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            let words = scratch.key(run &+ 1)
            guard FlowKeyExtractor.extract(mbuf, inPort: inPort, into: words, tags: tags) else {
                dropMalformed(mbuf, inPort)
                continue
            }
            words[17] = 0
            words[18] = 0
            let current = scratch.key(run)
            var difference: UInt64 = 0
            for place in 0..<mask.count {
                let word = mask.words[place]
                difference |= (words[word.index] ^ current[word.index]) & word.bits
            }
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

    @inline(never)
    private mutating func dropMalformed(_ mbuf: Mbuf, _ inPort: UInt32) {
        var one: Mbuf? = mbuf
        sink.drop(.malformed, inPort, &one, 1)
    }
}
