import CDPDK
import Glibc
import Packets
import Testing

@testable import Datapath

/// TCP segmentation in software, with a real mempool; in processes of their own, as an EAL comes up once per process.
@Suite struct SegmenterTests {
    /// A frame of IPv4 and TCP with `payload` bytes, whose flags are FIN, PSH, ACK and CWR.
    private static func segment(payload: Int, tagged: Bool = false) -> [UInt8] {
        let total = 40 + payload
        let ethernet: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1] + (tagged ? [0x81, 0, 0, 5] : []) + [8, 0]
        let network: [UInt8] = [
            0x45, 0, UInt8(truncatingIfNeeded: total >> 8), UInt8(truncatingIfNeeded: total), 0xff, 0xfe, 0x40, 0,
            64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
        ]
        let transport: [UInt8] = [0, 80, 1, 2, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1, 0x50, 0x99, 1, 0, 0, 0, 0, 0]
        return ethernet + network + transport + (0..<payload).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    }

    private static func cut(
        _ bytes: [UInt8], size: UInt32, pool: UnsafeMutableRawPointer, most: Int = 128
    ) -> [[UInt8]]? {
        guard let mbuf = CopyOnWriteTests.receive(bytes, pool) else { return nil }
        mbuf.pointee.dynfield1.0 = 1 | size << 16
        let frames = MbufVector.allocate(capacity: 128)
        defer { frames.deallocate() }
        guard case .cut(let count) = Segmenter.cut(mbuf, pool: pool, into: frames, most: most) else { return [] }
        return (0..<count).map { index in
            defer { cdpdk_mbuf_free(frames[index]) }
            return frames[index].map { frame(of: $0) } ?? []
        }
    }

    private static func sum(_ bytes: ArraySlice<UInt8>, _ start: Int = 0) -> Int {
        var sum = start
        for (index, byte) in bytes.enumerated() { sum += index.isMultiple(of: 2) ? Int(byte) << 8 : Int(byte) }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return sum
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }

    @Test("Segments have their lengths, numbers, flags and checksums", arguments: [false, true])
    func segments(tagged: Bool) async {
        await #expect(processExitsWith: .success) { [tagged] in
            guard let pool = CopyOnWriteTests.makePool(count: 63) else { exit(2) }
            let (payload, network) = (1000, tagged ? 18 : 14)
            let whole = Self.segment(payload: payload, tagged: tagged)
            guard let frames = Self.cut(whole, size: 300, pool: pool), frames.count == 4 else { exit(3) }
            var sent = 0
            for (index, frame) in frames.enumerated() {
                let length = index < 3 ? 300 : 100
                let transport = network + 20
                guard frame.count == transport + 20 + length else { exit(4) }
                guard Self.word(frame, network + 2) == 40 + length else { exit(4) }
                guard Self.word(frame, network + 4) == (0xfffe + index) & 0xffff else { exit(5) }
                guard Self.sum(frame[network..<transport]) == 0xffff else { exit(6) }
                let pseudo = Self.sum(frame[(network + 12)..<transport], 6 + 20 + length)
                guard Self.sum(frame[transport...], pseudo) == 0xffff else { exit(7) }
                let number = UInt32(Self.word(frame, transport + 4)) << 16 | UInt32(Self.word(frame, transport + 6))
                guard number == 0xffff_ff00 &+ UInt32(sent) else { exit(8) }
                guard frame[transport + 13] == [0x90, 0x10, 0x10, 0x19][index] else { exit(9) }
                let part = whole.dropFirst(transport + 20 + sent).prefix(length)
                guard frame.dropFirst(transport + 20).elementsEqual(part) else { exit(10) }
                sent += length
            }
            exit(cdpdk_pool_available(pool) == 63 ? 0 : 11)
        }
    }

    @Test func whatIsNoTCPOrFindsNoRoomIsFreed() async {
        await #expect(processExitsWith: .success) {
            guard let pool = CopyOnWriteTests.makePool(count: 15) else { exit(2) }
            let whole = Self.segment(payload: 1000)
            func changed(_ at: Int, _ value: UInt8) -> [UInt8] {
                var bytes = whole
                bytes[at] = value
                return bytes
            }
            let bad = [
                changed(23, 17), changed(12, 9), changed(14, 0x40), changed(14, 0x44), changed(46, 0x40),
            ]
            for (index, bytes) in bad.enumerated() {
                guard Self.cut(bytes, size: 300, pool: pool) == [] else { exit(Int32(10 + index)) }
            }
            // Cut off anywhere in the headers, and at their very end.
            for length in 0...54 {
                guard Self.cut(Array(whole.prefix(length)), size: 300, pool: pool) == [] else { exit(3) }
            }
            guard Self.cut(whole, size: 0, pool: pool) == [] else { exit(4) }
            guard Self.cut(whole, size: 300, pool: pool, most: 3) == [] else { exit(5) }
            // One buffer holds the frame, fourteen are left for twenty segments.
            guard Self.cut(whole, size: 50, pool: pool) == [] else { exit(6) }
            exit(cdpdk_pool_available(pool) == 15 ? 0 : 7)
        }
    }
}
