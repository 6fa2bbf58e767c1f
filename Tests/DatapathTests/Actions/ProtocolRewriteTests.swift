import Packets
import Testing

@testable import Datapath

/// Changing the number of what is inside an IP packet: its own checksum and the one that counts the pseudo-header
/// follow.
@Suite struct ProtocolRewriteTests {
    private static let builder = PacketBuilder(
        source: MACAddress(number: 0x0202_0304_0506), destination: MACAddress(number: 0x060a_0b0c_0d0e))
    private static let payload: [UInt8] = (0..<33).map { UInt8(truncatingIfNeeded: $0 &* 91 &+ 7) }
    private static let ipv4 = builder.ipv4(from: IPv4Address(10, 1, 2, 3), to: IPv4Address(192, 168, 255, 254))
    private static let ipv6 = builder.ipv6(from: IPv6Address(high: 1, low: 2), to: IPv6Address(high: 3, low: 4))

    private static func change(_ header: HeaderRewrite.Header, to number: UInt8) -> [DatapathAction] {
        [
            .set(
                HeaderRewriteTests.rewrite(header) { $0.setU8(FlowField.networkProtocol, .max) } _: {
                    $0.setU8(FlowField.networkProtocol, number)
                })
        ]
    }

    /// The sum over a transport segment with its pseudo-header; 0 if it holds the right checksum.
    private static func sum(_ segment: ArraySlice<UInt8>, addresses: ArraySlice<UInt8>, number: UInt8) -> UInt16 {
        let count = UInt16(segment.count)
        let pseudo = Array(addresses) + [0, number, UInt8(count >> 8), UInt8(count & 0xff)]
        return (pseudo + segment).withUnsafeBytes { InternetChecksum.of($0) }
    }

    @Test(arguments: [0, 17, 58, 132, 255] as [UInt8])
    func version4(number: UInt8) throws {
        let frame = Self.ipv4.tcp(from: 80, to: 1000).payload(Self.payload).bytes()
        let changed = try #require(HeaderRewriteTests.run(Self.change(.ipv4, to: number), frame))
        #expect(changed[23] == number)
        #expect(changed[14..<34].withUnsafeBytes { InternetChecksum.of($0) } == 0)
        #expect(Self.sum(changed[34...], addresses: changed[26..<34], number: number) == 0)
        // Everything else is as it was, but for the two checksums.
        let kept = frame.indices.filter { ![23, 24, 25, 50, 51].contains($0) }
        #expect(kept.allSatisfy { changed[$0] == frame[$0] })
        // The number that it has changes nothing.
        #expect(HeaderRewriteTests.run(Self.change(.ipv4, to: 6), frame) == frame)
    }

    @Test(arguments: [0, 17, 58, 132, 255] as [UInt8], [[], [60], [0, 60]] as [[UInt8]])
    func version6(number: UInt8, extensions: [UInt8]) throws {
        let base = extensions.reduce(Self.ipv6) { $0.extensionHeader($1, [0, 0, 1, 4, 0, 0, 0, 0]) }
        let frame = base.tcp(from: 80, to: 1000).payload(Self.payload).bytes()
        let changed = try #require(HeaderRewriteTests.run(Self.change(.ipv6, to: number), frame))
        let transport = 54 + 8 * extensions.count
        // The last header before it says what is inside.
        let place = extensions.isEmpty ? 20 : transport - 8
        #expect(changed[place] == number)
        #expect(Self.sum(changed[transport...], addresses: changed[22..<54], number: number) == 0)
        let kept = frame.indices.filter { ![place, transport + 16, transport + 17].contains($0) }
        #expect(kept.allSatisfy { changed[$0] == frame[$0] })
    }

    @Test func aLaterFragmentHasNoChecksumToFollow() throws {
        let frame = Self.builder.ipv4(
            from: IPv4Address(10, 1, 2, 3), to: IPv4Address(1, 2, 3, 4), fragment: 0x2010, proto: 6
        ).payload(Self.payload).bytes()
        let changed = try #require(HeaderRewriteTests.run(Self.change(.ipv4, to: 17), frame))
        #expect(changed[23] == 17)
        #expect(changed[14..<34].withUnsafeBytes { InternetChecksum.of($0) } == 0)
        #expect(changed[34...] == frame[34...])
    }

    @Test func udpWithoutAChecksumGetsNone() throws {
        var frame = Self.ipv4.udp(from: 1, to: 2).payload(Self.payload).bytes()
        frame.replaceSubrange(40..<42, with: [0, 0])
        let changed = try #require(HeaderRewriteTests.run(Self.change(.ipv4, to: 6), frame))
        #expect(changed[23] == 6)
        #expect(changed[40..<42] == [0, 0])
    }
}
