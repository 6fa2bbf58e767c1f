import Packets
import Testing

@Suite struct TunnelOptionTests {
    private func options(_ text: String) throws(TextError) -> [TunnelOption] {
        try DatapathFlowParser.parse("tunnel(tun_id=0x5,dst=1.1.1.2,geneve(\(text)),flags(df|key)),in_port(1)").options
    }

    @Test func optionsAreRead() throws {
        #expect(try options("").isEmpty)
        let read = try options("{class=0xffff,type=0,len=4,0xb}{class=0x102,type=0x87,len=0}{class=1,type=1,len=8,12}")
        #expect(
            read == [
                TunnelOption(optionClass: 0xffff, type: 0, value: [0, 0, 0, 0xb]),
                TunnelOption(optionClass: 0x102, type: 0x87, value: []),
                TunnelOption(optionClass: 1, type: 1, value: [0, 0, 0, 0, 0, 0, 0, 12]),
            ])
        #expect(read.map(\.isCritical) == [false, true, false])
        let long = (1...124).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(try options("{class=1,type=1,len=124,0x\(long)}").first?.value == Array(1...124))
    }

    @Test func whatIsNoOptionIsRefused() {
        let long = String(repeating: "{class=1,type=1,len=124,0x1}", count: 3)
        for text in [
            "{class=1,type=1,len=3,0x1}", "{class=1,type=1,len=128,0x1}", "{class=1,type=1,len=4,0x112233445}",
            "{class=1,type=1,len=4}", "{class=1,type=1,len=0,0x1}", "{class=0x10000,type=1,len=0}",
            "{class=1,type=256,len=0}", "{type=1,class=1,len=0}", "{class=1,type=1,len=4,0x}", "{", "}", "{}", "x",
            "{class=1,type=1,len=4,0x5/0xff}", "{class=1,type=1,len=4,0xg}", long,
        ] {
            #expect(throws: TextError.self, "\(text)") { try options(text) }
        }
    }
}

/// Keys with options, and without.
@Suite struct FlowKeyOptionTests {
    private func key(_ change: (inout FlowKey) -> Void) -> FlowKey {
        var key = FlowKey()
        change(&key)
        return key
    }

    private func withOption(_ value: UInt32, at place: Int = 0, number: UInt64 = 0) -> FlowKey {
        key {
            $0[FlowField.tunnelOptionsPresent >> 3] = 1 << number
            $0.setU32(FlowField.tunnelOptions + place, value)
        }
    }

    @Test func optionsCountInComparisons() {
        let last = FlowField.tunnelOptionsSize - 4
        for place in [0, 4, 100, last] {
            let (one, two) = (withOption(1, at: place), withOption(2, at: place))
            let mask = withOption(.max, at: place)
            #expect(one != two && one == withOption(1, at: place) && one.hashValue != two.hashValue)
            #expect(!one.matches(two, under: mask) && one.matches(two, under: FlowMask()))
            #expect(one.matches(two, under: key { $0[FlowField.tunnelOptionsPresent >> 3] = 1 }))
            #expect(one.masked(by: mask) == one && two.masked(by: withOption(1, at: place)) != two)
            #expect(one.extent == FlowKey.wordCount && FlowKey().extent == FlowKey.plainWordCount)
            var union = FlowMask()
            union.formUnion(mask)
            #expect(union == mask && union.isSuperset(of: mask) && !FlowMask().isSuperset(of: mask))
            #expect(!withOption(1, at: place).isSuperset(of: withOption(3, at: place)) && !mask.isEmpty)
        }
        // Zero, and not there.
        #expect(withOption(0) != FlowKey())
        #expect(!withOption(0).matches(FlowKey(), under: withOption(0)))
    }

    @Test func theFarEndTellsATunnel() {
        #expect(!FlowKey().comesThroughTunnel)
        #expect(!key { $0.setU32(FlowField.tunnelIPv4Source, 1) }.comesThroughTunnel)
        #expect(key { $0.setU32(FlowField.tunnelIPv4Destination, 1) }.comesThroughTunnel)
        #expect(key { $0.setU32(FlowField.tunnelIPv6Destination + 12, 1) }.comesThroughTunnel)
        #expect(!key { $0.setU32(FlowField.tunnelIPv6Source + 12, 1) }.comesThroughTunnel)
    }
}
