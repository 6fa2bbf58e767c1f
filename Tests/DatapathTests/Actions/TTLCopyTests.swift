import Packets
import Testing

@testable import Datapath

/// Times to live between a label and what is behind it.
@Suite struct TTLCopyTests {
    private let builder = PacketBuilder(
        source: MACAddress(number: 0x0202_0304_0506), destination: MACAddress(number: 0x060a_0b0c_0d0e))

    private func ipv4(_ builder: PacketBuilder, ttl: UInt8) -> [UInt8] {
        builder.ipv4(from: IPv4Address(1, 2, 3, 4), to: IPv4Address(5, 6, 7, 8), ttl: ttl).udp(from: 1, to: 2).bytes()
    }

    private func ipv6(_ builder: PacketBuilder, hopLimit: UInt8) -> [UInt8] {
        builder.ipv6(from: IPv6Address(high: 1, low: 2), to: IPv6Address(high: 3, low: 4), hopLimit: hopLimit)
            .udp(from: 1, to: 2).bytes()
    }

    @Test(arguments: [(64, 32), (1, 255), (255, 0), (0, 128)] as [(UInt8, UInt8)], 0...1)
    func betweenLabelAndIP(values: (label: UInt8, inside: UInt8), tags: Int) {
        let base = (0..<tags).reduce(builder) { $0.vlan(UInt16($1 + 5)) }
        let before = base.mpls(label: 7, ttl: values.label)
        let after = base.mpls(label: 7, ttl: values.inside)
        #expect(
            HeaderRewriteTests.run([.copyTTLOut], ipv4(before, ttl: values.inside)) == ipv4(after, ttl: values.inside))
        #expect(
            HeaderRewriteTests.run([.copyTTLIn], ipv4(before, ttl: values.inside)) == ipv4(before, ttl: values.label))
        #expect(
            HeaderRewriteTests.run([.copyTTLOut], ipv6(before, hopLimit: values.inside))
                == ipv6(after, hopLimit: values.inside))
        #expect(
            HeaderRewriteTests.run([.copyTTLIn], ipv6(before, hopLimit: values.inside))
                == ipv6(before, hopLimit: values.label))
    }

    @Test func betweenLabels() {
        let frame = { (outer: UInt8, inner: UInt8) in
            self.ipv4(self.builder.mpls(label: 7, ttl: outer).mpls(label: 8, ttl: inner), ttl: 99)
        }
        #expect(HeaderRewriteTests.run([.copyTTLOut], frame(10, 20)) == frame(20, 20))
        #expect(HeaderRewriteTests.run([.copyTTLIn], frame(10, 20)) == frame(10, 10))
    }

    @Test func whatHasNoTimeToLiveStaysAsItIs() {
        for step in [DatapathAction.copyTTLOut, .copyTTLIn] {
            let plain = ipv4(builder, ttl: 3)
            #expect(HeaderRewriteTests.run([step], plain) == plain)
            // Something else than IP behind the label.
            let other = builder.mpls(label: 7, ttl: 9).plain(type: 0x1234, [UInt8](repeating: 0x5a, count: 60)).bytes()
            #expect(HeaderRewriteTests.run([step], other) == other)
        }
    }

    @Test func whatIsCutOffStaysAsItIs() {
        let ends = [(ipv4(builder.mpls(label: 7, ttl: 9), ttl: 3), 38), (ipv6(builder.mpls(label: 7), hopLimit: 3), 58)]
        for (frame, whole) in ends {
            for length in 14..<frame.count {
                let cut = Array(frame.prefix(length))
                for step in [DatapathAction.copyTTLOut, .copyTTLIn] {
                    let result = HeaderRewriteTests.run([step], cut)
                    #expect((result == cut) == (length < whole), "\(length) bytes")
                }
            }
        }
    }

    @Test func programsAreToldAndRead() {
        let actions: [DatapathAction] = [.copyTTLOut, .copyTTLIn]
        #expect(DatapathActionFormat().text(actions) == "copy_ttl_out,copy_ttl_in")
        #expect(DatapathActionParser.parse("copy_ttl_out,copy_ttl_in") == actions)
    }
}
