import Packets
import Testing

@testable import Datapath

@Suite struct PacketHashTests {
    private let words = UnsafeMutablePointer<UInt64>.allocate(capacity: FlowKey.wordCount)
    private let fakes = FakeMbufs()

    private func hash(_ frame: [UInt8], symmetric: Bool = false, basis: UInt32 = 0) -> UInt32 {
        PacketHash.compute(fakes.make(frame), symmetric: symmetric, basis: basis, words)
    }

    private func segment(
        _ macs: (UInt64, UInt64) = (1, 2), _ ports: (UInt16, UInt16) = (80, 90), addresses: (UInt8, UInt8) = (1, 2),
        flags: UInt16 = 2, ttl: UInt8 = 64, fragment: UInt16 = 0
    ) -> [UInt8] {
        PacketBuilder(source: MACAddress(number: macs.0), destination: MACAddress(number: macs.1))
            .ipv4(
                from: IPv4Address(10, 0, 0, addresses.0), to: IPv4Address(10, 0, 0, addresses.1), ttl: ttl,
                fragment: fragment
            )
            .tcp(from: ports.0, to: ports.1, flags: flags).bytes()
    }

    @Test func aConnectionHasOne() {
        #expect(hash(segment()) == hash(segment(flags: 0x18, ttl: 3)))
        #expect(hash(segment(fragment: 0x2000)) == hash(segment(fragment: 0x0020)))
        #expect(hash(segment()) != hash(segment(), basis: 1))
        for other in [
            segment((1, 3)), segment((4, 2)), segment((1, 2), (81, 90)), segment((1, 2), (80, 91)),
            segment(addresses: (1, 3)),
            segment((2, 1), (90, 80), addresses: (2, 1)),
        ] { #expect(hash(segment()) != hash(other)) }
    }

    @Test func theSymmetricOneHasBothDirections() {
        let there = segment()
        #expect(hash(there, symmetric: true) == hash(segment((2, 1), (90, 80), addresses: (2, 1)), symmetric: true))
        for other in [
            segment((1, 3)), segment((1, 2), (81, 90)), segment(addresses: (1, 3)), segment((1, 2), (80, 91)),
        ] {
            #expect(hash(there, symmetric: true) != hash(other, symmetric: true))
        }
        let (x, y) = (IPv6Address(high: 1, low: 2), IPv6Address(high: 3, low: 4))
        let ask = PacketBuilder(source: MACAddress(number: 1), destination: MACAddress(number: 2)).ipv6(from: x, to: y)
            .icmpv6(type: 128)
        let answer = PacketBuilder(source: MACAddress(number: 2), destination: MACAddress(number: 1)).ipv6(
            from: y, to: x
        ).icmpv6(type: 129)
        #expect(hash(ask.bytes(), symmetric: true) == hash(answer.bytes(), symmetric: true))
    }

    @Test("Sixteen ways get their share", arguments: [false, true]) func spread(symmetric: Bool) {
        for kind in 0..<3 {
            var counts = [Int](repeating: 0, count: 16)
            for number in 0..<4096 {
                let frame =
                    switch kind {
                    case 0: segment((1, 2), (UInt16(number), 80))
                    case 1: segment((UInt64(number), 2))
                    default: segment(addresses: (UInt8(number & 255), UInt8(number >> 8)))
                    }
                counts[Int(hash(frame, symmetric: symmetric) & 15)] += 1
            }
            #expect(counts.allSatisfy { $0 > 180 && $0 < 340 }, "\(kind): \(counts)")
        }
    }
}
