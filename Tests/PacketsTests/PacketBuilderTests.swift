import Packets
import Testing

@Suite struct PacketBuilderTests {
    /// Written by hand after RFC 791, 768.
    @Test func aTaggedDatagramByteForByte() {
        let frame = SampleFrames.base.vlan(10, priority: 1).ipv4(from: SampleFrames.a, to: SampleFrames.b).udp(
            from: 258, to: 53
        )
        .payload([0xab]).bytes(minimum: 52)
        #expect(
            frame == [
                2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x81, 0, 0x20, 10, 8, 0,
                0x45, 0, 0, 29, 0, 0, 0, 0, 64, 17, 0x66, 0xce, 10, 0, 0, 1, 10, 0, 0, 2,
                1, 2, 0, 53, 0, 9, 0x3f, 0xa2, 0xab, 0, 0, 0, 0, 0,
            ])
    }

    @Test func mplsMarksTheBottom() {
        let frame = SampleFrames.base.mpls(label: 1).mpls(label: 2).ipv4(from: SampleFrames.a, to: SampleFrames.b)
            .bytes()
        #expect(Array(frame[12..<22]) == [0x88, 0x47, 0, 0, 0x10, 64, 0, 0, 0x21, 64])
    }

    @Test func extensionHeadersAreChained() {
        let frame = SampleFrames.base.ipv6(from: SampleFrames.a6, to: SampleFrames.b6)
            .extensionHeader(0, [9, 0, 0, 0, 0, 0, 0, 0]).tcp(from: 1, to: 2).bytes()
        #expect(frame[20] == 0)
        #expect(frame[54] == 6)
        #expect(frame[18] == 0 && frame[19] == 28)
    }
}
