import Packets
import Testing

@testable import Datapath

/// Pushing and popping of what is not a VLAN tag, beside frames built from scratch.
@Suite struct TagTests {
    private let builder = PacketBuilder(
        source: MACAddress(number: 0x0202_0304_0506), destination: MACAddress(number: 0x060a_0b0c_0d0e))
    private func inner(_ builder: PacketBuilder) -> [UInt8] {
        builder.ipv4(from: IPv4Address(1, 2, 3, 4), to: IPv4Address(5, 6, 7, 8)).udp(from: 1, to: 2).payload([9, 8, 7])
            .bytes()
    }

    @Test("A label goes behind the tags and comes off again", arguments: 0...2) func labels(tags: Int) {
        let base = (0..<tags).reduce(builder) { $0.vlan(UInt16($1 + 5), priority: 3) }
        let one = inner(base.mpls(label: 77, ttl: 12))
        let two = inner(base.mpls(label: 1000, ttl: 200).mpls(label: 77, ttl: 12))
        let push = { DatapathAction.pushMPLS(etherType: 0x8847, entry: $0) }
        #expect(HeaderRewriteTests.run([push(77 << 12 | 0x100 | 12)], inner(base)) == one)
        #expect(HeaderRewriteTests.run([push(77 << 12 | 0x100 | 12), push(1000 << 12 | 200)], inner(base)) == two)
        #expect(HeaderRewriteTests.run([.popMPLS(etherType: 0x8847)], two) == one)
        #expect(HeaderRewriteTests.run([.popMPLS(etherType: 0x8847), .popMPLS(etherType: 0x0800)], two) == inner(base))
        #expect(HeaderRewriteTests.run([.popMPLS(etherType: 0x0800)], inner(base)) == inner(base))
    }

    @Test("A tag goes in front of a label") func tagAndLabel() {
        #expect(
            HeaderRewriteTests.run(
                [.pushMPLS(etherType: 0x8847, entry: 5 << 12 | 0x140), .pushVLAN(tpid: 0x8100, tci: 0x1009)],
                inner(builder))
                == inner(builder.vlan(9).mpls(label: 5)))
    }

    @Test("A label of a multicast type is one too") func multicast() {
        let pushed = HeaderRewriteTests.run([.pushMPLS(etherType: 0x8848, entry: 0x140)], inner(builder))
        #expect(pushed?[12...17] == [0x88, 0x48, 0, 0, 1, 0x40])
        #expect(pushed.flatMap { HeaderRewriteTests.run([.popMPLS(etherType: 0x0800)], $0) } == inner(builder))
    }

    @Test("A backbone header goes around the whole frame", arguments: 0...2) func backbone(tags: Int) {
        let frame = inner((0..<tags).reduce(builder) { $0.vlan(UInt16($1 + 5)) })
        let pushed = Array(frame.prefix(12)) + [0x88, 0xe7, 1, 2, 3, 4] + frame
        #expect(HeaderRewriteTests.run([.pushPBB(tag: 0x0102_0304)], frame) == pushed)
        #expect(HeaderRewriteTests.run([.popPBB], pushed) == frame)
        // Behind a backbone VLAN's tag, which goes too.
        let tagged = Array(pushed.prefix(12)) + [0x88, 0xa8, 0, 5] + Array(pushed.dropFirst(12))
        #expect(HeaderRewriteTests.run([.popPBB], tagged) == frame)
        #expect(HeaderRewriteTests.run([.popPBB], frame) == frame)
    }

    @Test("Cut off anywhere, nothing traps and nothing grows") func short() {
        let frame = inner(builder.vlan(3).mpls(label: 5))
        let backbone = HeaderRewriteTests.run([.pushPBB(tag: 9)], frame) ?? []
        for length in 14..<backbone.count {
            let cut = Array(backbone.prefix(length))
            #expect((HeaderRewriteTests.run([.popPBB, .popMPLS(etherType: 0x800)], cut)?.count ?? .max) <= length)
            #expect(HeaderRewriteTests.run([.popPBB], cut)?.count == (length < 32 ? length : length - 18))
        }
        for length in 14..<18 {
            // Ends inside the tag: there is no telling where a label would go.
            let cut = Array(frame.prefix(length))
            #expect(HeaderRewriteTests.run([.pushMPLS(etherType: 0x8847, entry: 1)], cut) == cut)
        }
    }
}
