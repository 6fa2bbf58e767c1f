import CDPDK
import Testing

@testable import Datapath

@Suite struct SegmentChecksumTests {
    /// RFC 1071 as it is written, byte by byte.
    private func reference(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum = 0
        for (index, byte) in bytes.enumerated() { sum += index.isMultiple(of: 2) ? Int(byte) << 8 : Int(byte) }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return UInt16(sum)
    }

    @Test("A chain cut anywhere, also at odd places, sums up as the whole does")
    func chains() {
        let bytes = (0..<101).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        let mbufs = FakeMbufs()
        for first in 0...40 {
            for second in [0, 1, 2, 17] {
                let parts = [bytes[..<first], bytes[first..<first + second], bytes[(first + second)...]]
                let chain = parts.map { mbufs.make(Array($0)) }
                chain[0].pointee.next = chain[1]
                chain[1].pointee.next = chain[2]
                for start in [0, 1, 14, 60] {
                    let sum = SegmentChecksum.sum(chain[0], from: start)
                    #expect(SegmentChecksum.fold(sum) == reference(bytes[start...]))
                }
            }
        }
    }

    @Test("The completed checksum makes the sum all ones; a place outside changes nothing")
    func complete() {
        let bytes = (0..<61).map { UInt8(truncatingIfNeeded: $0 &* 91 &+ 5) }
        let mbufs = FakeMbufs()
        for offset in [0, 6, 16, 24] {
            var cleared = bytes
            (cleared[34 + offset], cleared[35 + offset]) = (0, 0)
            let mbuf = mbufs.make(cleared)
            SegmentChecksum.complete(mbuf, start: 34, offset: offset)
            #expect(reference(frame(of: mbuf)[34...]) == 0xffff)
        }
        for (start, offset) in [(34, 26), (34, 27), (61, 0), (-1, 0), (0, -2), (70000, 2), (0, 65535)] {
            let mbuf = mbufs.make(bytes)
            SegmentChecksum.complete(mbuf, start: start, offset: offset)
            #expect(frame(of: mbuf) == bytes)
        }
    }
}
