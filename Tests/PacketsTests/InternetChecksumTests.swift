import Packets
import TestSupport
import Testing

@Suite struct InternetChecksumTests {
    /// The example of RFC 1071 section 3.
    @Test func exampleOfTheRFC() {
        let bytes: [UInt8] = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]
        #expect(bytes.withUnsafeBytes { InternetChecksum.of($0) } == ~UInt16(0xddf2))
    }

    @Test func builtPacketsVerify() {
        let frame = SampleFrames.base.ipv4(from: SampleFrames.a, to: SampleFrames.b).udp(from: 1, to: 2).payload([
            1, 2, 3,
        ]).bytes()
        #expect(frame[14..<34].withUnsafeBytes { InternetChecksum.of($0) } == 0)
        let sum = InternetChecksum.pseudoHeader(
            source: SampleFrames.a, destination: SampleFrames.b, protocol: 17, length: 11)
        #expect(frame[34...].withUnsafeBytes { InternetChecksum.finish(InternetChecksum.partial($0, sum: sum)) } == 0)
    }

    @Test func everyLengthAgreesWithTheDefinition() {
        var random = SeededGenerator(seed: 1)
        for length in 0..<70 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            var sum: UInt64 = 0
            for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? UInt64(byte) << 8 : UInt64(byte) }
            while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
            #expect(bytes.withUnsafeBytes { InternetChecksum.of($0) } == ~UInt16(sum))
        }
    }

    @Test func updatesAgreeWithSummingAgain() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            var bytes = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
            let before = bytes.withUnsafeBytes { InternetChecksum.of($0) }
            let old = UInt32(bytes[4]) << 24 | UInt32(bytes[5]) << 16 | UInt32(bytes[6]) << 8 | UInt32(bytes[7])
            let new = UInt32.random(in: 0...UInt32.max, using: &random)
            for index in 0..<4 { bytes[4 + index] = UInt8(truncatingIfNeeded: new >> UInt32(24 - 8 * index)) }
            let after = bytes.withUnsafeBytes { InternetChecksum.of($0) }
            #expect(InternetChecksum.updated(before, from: old, to: new) == after)
            var short = bytes
            short[0] = 1
            short[1] = 2
            #expect(
                InternetChecksum.updated(after, from: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), to: 0x0102)
                    == short.withUnsafeBytes { InternetChecksum.of($0) })
        }
    }
}
