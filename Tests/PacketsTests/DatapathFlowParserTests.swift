import Packets
import TestSupport
import Testing

@Suite struct DatapathFlowParserTests {
    private func mask(of key: FlowKey, _ random: inout SeededGenerator) -> FlowMask {
        var mask = FlowMask()
        mask.setHost32(FlowField.inPort, .max)
        mask.setHost32(FlowField.recircID, .max)
        mask.setHost32(FlowField.packetType, .max)
        mask.setU16(FlowField.ethernetType, .max)
        for tag in [FlowField.outerTPID, FlowField.innerTPID] where key.u16(tag + 2) != 0 {
            mask.setU16(tag, .max)
            mask.setU16(tag + 2, [0x1000, 0x1fff, 0xffff].randomElement(using: &random) ?? 0)
        }
        if Bool.random(using: &random) { mask.setMAC(FlowField.ethernetSource, .broadcast) }
        if Bool.random(using: &random) { mask.setMAC(FlowField.ethernetDestination, MACAddress(1, 0, 0, 0, 0, 0)) }
        return mask
    }

    /// What is printed of any frame, under any of some masks, reads back the same.
    @Test func whatIsPrintedReadsBack() throws {
        var random = SeededGenerator(seed: 9)
        for (name, frame) in SampleFrames.all {
            guard let whole = ReferenceExtractor.extract(frame, inPort: 3) else { continue }
            for depth in 0..<6 {
                var mask = mask(of: whole, &random)
                if depth > 0 { for index in 4..<17 { mask[index] = depth == 1 ? .max : random.next() } }
                if depth > 1 {
                    // Partly masked fragments and 16-bit types are not printed as such.
                    mask.setU8(FlowField.networkFragment, 3)
                    mask.setU8(FlowField.networkProtocol, .max)
                    mask.setU16(FlowField.transportSource, .max)
                    mask.setU16(FlowField.tcpFlags, mask.u16(FlowField.tcpFlags) & 0xfff)
                }
                let key = whole.masked(by: mask)
                let text = DatapathFlowFormat.describe(key, mask: mask)
                let flow = try DatapathFlowParser.parse(text)
                let again = DatapathFlowFormat.describe(flow.key, mask: flow.mask)
                #expect(try DatapathFlowParser.parse(again) == flow, "\(name): \(text)")
                guard depth < 2 else { continue }
                #expect(again == text, "\(name)")
                let read = flow.key.masked(by: flow.mask)
                #expect(read.matches(key, under: flow.mask), "\(name)")
            }
        }
    }

    /// As `dump-flows -m` prints flows: fields that do not count stay without effect, and the name in front too.
    @Test func wholeFlowsReadBack() throws {
        for (name, frame) in SampleFrames.all {
            guard let key = ReferenceExtractor.extract(frame, inPort: 3) else { continue }
            var mask = FlowMask()
            mask.setHost32(FlowField.inPort, .max)
            mask.setU16(FlowField.ethernetType, .max)
            if key.u16(FlowField.outerTCI) != 0 { mask[FlowField.outerTPID >> 3] = .max }
            let text = DatapathFlowFormat.describe(key, mask: mask, showsAll: true)
            let flow = try DatapathFlowParser.parse("ufid:01234567-89ab-cdef-0123-456789abcdef, " + text)
            #expect(
                flow.mask.mac(FlowField.ethernetSource).isZero && flow.mask.u32(FlowField.ipv4Source) == 0, "\(name)")
            #expect(flow.key.u16(FlowField.ethernetType) == key.u16(FlowField.ethernetType), "\(name)")
        }
        let plain = try DatapathFlowParser.parse("in_port(1),eth(),ipv4(src=1.2.3.4,\n dst=5.6.7.8)")
        #expect(plain.key.u16(FlowField.ethernetType) == EtherType.ipv4)
        #expect(throws: TextError.self) { try DatapathFlowParser.parse("in_port=1") }
    }

    @Test func metadataAndTunnels() throws {
        let text =
            "skb_priority(0x5),tunnel(tun_id=0x7b,src=1.2.3.4,dst=5.6.7.8,tos=0x1,ttl=64,flags(df|key)),"
            + "skb_mark(0x1/0xff),recirc_id(0x2),dp_hash(0x3/0xf),in_port(9),packet_type(ns=0,id=0),eth_type(0x8847),"
            + "mpls(label=5/0xfffff,tc=0/0,ttl=64/0x0,bos=1/1)"
        let flow = try DatapathFlowParser.parse(text)
        #expect(flow.key.host32(FlowField.packetMark) == 1 && flow.mask.host32(FlowField.packetMark) == 0xff)
        #expect(flow.key[FlowField.tunnelID >> 3] == 0x7b)
        #expect(flow.key.u32(FlowField.mplsEntry0) == 5 << 12 | 0x100)
        #expect(
            DatapathFlowFormat.describe(flow.key, mask: flow.mask)
                == text.replacing("ttl=64/0x0", with: "ttl=0/0x0"))
        let named = try DatapathFlowParser.parse("in_port(p1),eth(),eth_type(0x0806)") { $0 == "p1" ? 4 : nil }
        #expect(named.key.host32(FlowField.inPort) == 4)
        // Without a type: a frame that has none.
        let untyped = try DatapathFlowParser.parse("in_port(1),eth(src=00:00:00:00:00:01)")
        #expect(untyped.key.u16(FlowField.ethernetType) == EtherType.none)
        #expect(
            DatapathFlowFormat.describe(untyped.key, mask: untyped.mask).hasSuffix(
                "eth(src=00:00:00:00:00:01),eth_type(0/0xffff)"))
    }

    @Test(arguments: [
        "in_port(p1)", "eth(src=1)", "xyzzy(1)", "eth_type(0x10000)", "ipv4(src=1.2.3.4", "encap(eth_type(0x800))",
        "ipv4(frag=perhaps)", "vlan(vid=4096)", "mpls(ttl=1)", "mpls(label=1,label=2,label=3,label=4)", ")(",
        "tcp(src=65536)",
    ])
    func whatIsNoFlowIsRefused(text: String) {
        #expect(throws: TextError.self) { _ = try DatapathFlowParser.parse(text) }
    }

    @Test func noiseIsRefusedOrUnderstood() {
        var random = SeededGenerator(seed: 10)
        let words = [
            "eth", "(", ")", "src=", ",", "vlan", "encap", "mpls", "label=", "1", "0x", "/", "tcp_flags", "+syn",
            "ipv6", "::", "tunnel", "flags",
        ]
        var understood = 0
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0..<14, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }.joined()
            guard let flow = try? DatapathFlowParser.parse(text) else { continue }
            understood += 1
            #expect(flow.key == flow.key.masked(by: flow.mask))
        }
        #expect(understood > 10)
    }
}
