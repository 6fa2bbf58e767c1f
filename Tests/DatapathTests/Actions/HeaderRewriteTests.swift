import Packets
import Testing

@testable import Datapath

/// A program's changes beside frames that are built from scratch, checksums included, as they should come out.
@Suite struct HeaderRewriteTests {
    /// A frame, what is changed, and the frame that it becomes.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var before: [UInt8]
        var rewrite: HeaderRewrite
        var after: [UInt8]
        var testDescription: String { name }
    }

    private static let builder = PacketBuilder(
        source: MACAddress(number: 0x0202_0304_0506), destination: MACAddress(number: 0x060a_0b0c_0d0e))
    private static let payload: [UInt8] = (0..<51).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    private static let (a, b) = (IPv4Address(10, 1, 2, 3), IPv4Address(192, 168, 255, 254))
    private static let (x, y) = (
        IPv6Address(high: 0x2001_0db8_0000_0001, low: 0xffff_ffff_0000_0001),
        IPv6Address(high: 0xfe80_0000_0000_0000, low: 0x1234_5678_9abc_def0)
    )
    private static let (c, d) = (IPv4Address(255, 255, 0, 1), IPv4Address(1, 2, 3, 4))
    private static let (z, w) = (
        IPv6Address(high: 0, low: 1), IPv6Address(high: 0xffff_ffff_ffff_ffff, low: 0xffff_ffff_ffff_fffe)
    )

    private static func addresses4(_ key: inout FlowKey) {
        key.setU32(FlowField.ipv4Source, c.number)
        key.setU32(FlowField.ipv4Destination, d.number)
    }
    private static func addresses6(_ key: inout FlowKey) {
        for (index, half) in [z.high, z.low, w.high, w.low].enumerated() { key[6 + index] = half.bigEndian }
    }
    private static func allAddresses(_ key: inout FlowKey) {
        key[5] = .max
        for index in 6..<10 { key[index] = .max }
    }

    /// A change of the bits that `mask` sets.
    static func rewrite(
        _ header: HeaderRewrite.Header, mask: (inout FlowMask) -> Void, _ value: (inout FlowKey) -> Void
    ) -> HeaderRewrite {
        var (bits, key) = (FlowMask(), FlowKey())
        mask(&bits)
        value(&key)
        let words = (0..<FlowKey.wordCount).filter { bits[$0] != 0 }.map {
            HeaderRewrite.Word(index: UInt8($0), value: key[$0], mask: bits[$0])
        }
        return HeaderRewrite(header, words)
    }

    static let cases: [Case] = ipv4 + ipv6 + transport + link

    private static let ipv4: [Case] = {
        typealias Inner = (PacketBuilder) -> PacketBuilder
        let inners: [(String, Inner)] = [
            ("tcp", { $0.tcp(from: 80, to: 1000) }), ("udp", { $0.udp(from: 80, to: 1000) }),
            ("icmp", { $0.icmp() }), ("sctp", { $0.sctp(from: 1, to: 2) }), ("igmp", { $0.igmp(type: 0x16, group: b) }),
        ]
        let addresses = rewrite(.ipv4, mask: allAddresses, addresses4)
        var cases = inners.flatMap { name, inner in
            [("", builder), ("tagged ", builder.vlan(7)), ("twice tagged ", builder.vlan(7, tpid: 0x88a8).vlan(8))].map
            {
                Case(
                    name: "IPv4 addresses of \($0)\(name)",
                    before: inner($1.ipv4(from: a, to: b)).payload(payload).bytes(), rewrite: addresses,
                    after: inner($1.ipv4(from: c, to: d)).payload(payload).bytes())
            }
        }
        let options: [UInt8] = [7, 8, 4, 1, 2, 3, 4, 0]
        cases.append(
            Case(
                name: "with options and padding",
                before: builder.ipv4(from: a, to: b, options: options).udp(from: 1, to: 2).payload([1]).bytes(
                    minimum: 80),
                rewrite: addresses,
                after: builder.ipv4(from: c, to: d, options: options).udp(from: 1, to: 2).payload([1]).bytes(
                    minimum: 80)))
        cases.append(
            Case(
                name: "TOS and TTL",
                before: builder.ipv4(from: a, to: b, ttl: 64, tos: 0xff).tcp(from: 1, to: 2).bytes(),
                rewrite: rewrite(.ipv4) {
                    $0.setU8(FlowField.networkTOS, 0xfc)
                    $0.setU8(FlowField.networkTTL, 0xff)
                } _: {
                    $0.setU8(FlowField.networkTOS, 0xff & 0xa8)
                    $0.setU8(FlowField.networkTTL, 63)
                }, after: builder.ipv4(from: a, to: b, ttl: 63, tos: 0xab).tcp(from: 1, to: 2).bytes()))
        cases.append(
            Case(
                name: "some bits of an address", before: builder.ipv4(from: a, to: b).udp(from: 1, to: 2).bytes(),
                rewrite: rewrite(.ipv4) { $0.setU32(FlowField.ipv4Source, 0x0000_ffff) } _: {
                    $0.setU32(FlowField.ipv4Source, 0x7777_0909)
                }, after: builder.ipv4(from: IPv4Address(10, 1, 9, 9), to: b).udp(from: 1, to: 2).bytes()))
        // A later fragment has no ports or checksum: its first bytes are data.
        cases.append(
            Case(
                name: "a later fragment",
                before: builder.ipv4(from: a, to: b, fragment: 0x2010, proto: 6).payload(payload).bytes(),
                rewrite: addresses,
                after: builder.ipv4(from: c, to: d, fragment: 0x2010, proto: 6).payload(payload).bytes()))
        cases.append(
            Case(
                name: "the first fragment",
                before: builder.ipv4(from: a, to: b, fragment: 0x2000).tcp(from: 1, to: 2).payload(payload).bytes(),
                rewrite: addresses,
                after: builder.ipv4(from: c, to: d, fragment: 0x2000).tcp(from: 1, to: 2).payload(payload).bytes()))
        return cases
    }()

    private static let ipv6: [Case] = {
        let addresses = rewrite(.ipv6, mask: allAddresses, addresses6)
        let inners: [(String, (PacketBuilder) -> PacketBuilder)] = [
            ("tcp", { $0.tcp(from: 80, to: 1000) }), ("udp", { $0.udp(from: 80, to: 1000) }),
            ("icmpv6", { $0.icmpv6(type: 128) }), ("sctp", { $0.sctp(from: 1, to: 2) }),
        ]
        let between: [(String, (PacketBuilder) -> PacketBuilder)] = [
            ("", { $0 }),
            (
                "hop-by-hop and destination options, ",
                {
                    $0.extensionHeader(0, [0, 0, 1, 4, 0, 0, 0, 0]).extensionHeader(
                        60, [0, 1] + [UInt8](repeating: 0, count: 14))
                }
            ),
            ("a used-up routing header, ", { $0.extensionHeader(43, [0, 0, 0, 0, 0, 0, 0, 0]) }),
            ("a first fragment, ", { $0.extensionHeader(44, [0, 0, 0, 1, 0, 0, 0, 9]) }),
        ]
        var cases = inners.flatMap { name, inner in
            between.map { front, header in
                Case(
                    name: "IPv6 addresses, \(front)\(name)",
                    before: inner(header(builder.ipv6(from: x, to: y))).payload(payload).bytes(), rewrite: addresses,
                    after: inner(header(builder.ipv6(from: z, to: w))).payload(payload).bytes())
            }
        }
        cases.append(
            Case(
                name: "class, label and hop limit",
                before: builder.ipv6(from: x, to: y, hopLimit: 1, trafficClass: 0x5a, label: 0xabcde).udp(
                    from: 1, to: 2
                )
                .bytes(),
                rewrite: rewrite(.ipv6) {
                    $0.setU8(FlowField.networkTOS, 0x3c)
                    $0.setU8(FlowField.networkTTL, 0xff)
                    $0.setU32(FlowField.ipv6Label, 0xf_ffff)
                } _: {
                    $0.setU8(FlowField.networkTOS, 0x24)
                    $0.setU8(FlowField.networkTTL, 255)
                    $0.setU32(FlowField.ipv6Label, 0x12345)
                },
                after: builder.ipv6(from: x, to: y, hopLimit: 255, trafficClass: 0x66, label: 0x12345).udp(
                    from: 1, to: 2
                )
                .bytes()))
        // The pseudo-header counts the last destination, which a routing header has.
        let routed = [UInt8](arrayLiteral: 0, 2, 0, 1, 0, 0, 0, 0) + [UInt8](repeating: 9, count: 16)
        var after = builder.ipv6(from: x, to: y).extensionHeader(43, routed).udp(from: 1, to: 2).bytes()
        after.replaceSubrange(38..<54, with: (0..<16).map { $0 == 15 ? 0xfe : 0xff })
        cases.append(
            Case(
                name: "a destination before the last",
                before: builder.ipv6(from: x, to: y).extensionHeader(43, routed).udp(from: 1, to: 2).bytes(),
                rewrite: rewrite(.ipv6, mask: { ($0[8], $0[9]) = (.max, .max) }, addresses6), after: after))
        return cases
    }()

    private static let transport: [Case] = {
        let ports = { (header: HeaderRewrite.Header) in
            rewrite(header) {
                $0.setU16(FlowField.transportSource, .max)
                $0.setU16(FlowField.transportDestination, 0xfff0)
            } _: {
                $0.setU16(FlowField.transportSource, 0xfffe)
                $0.setU16(FlowField.transportDestination, 0x1230)
            }
        }
        let sctp = { (source: UInt16, destination: UInt16, count: Int) in
            withCRC(
                builder.ipv4(from: a, to: b).sctp(from: source, to: destination).payload(Array(payload.prefix(count)))
                    .bytes())
        }
        return [
            Case(
                name: "TCP ports", before: builder.ipv4(from: a, to: b).tcp(from: 5, to: 7).payload(payload).bytes(),
                rewrite: ports(.tcp),
                after: builder.ipv4(from: a, to: b).tcp(from: 0xfffe, to: 0x1237).payload(payload).bytes()),
            Case(
                name: "UDP ports over IPv6",
                before: builder.ipv6(from: x, to: y).udp(from: 5, to: 7).payload(payload).bytes(),
                rewrite: ports(.udp),
                after: builder.ipv6(from: x, to: y).udp(from: 0xfffe, to: 0x1237).payload(payload).bytes()),
            Case(
                name: "TCP flags", before: builder.ipv4(from: a, to: b).tcp(from: 5, to: 7, flags: 0x12).bytes(),
                rewrite: rewrite(.tcp) {
                    $0.setU16(FlowField.tcpFlags, 0xfff)
                } _: {
                    $0.setU16(FlowField.tcpFlags, 0x901)
                },
                after: builder.ipv4(from: a, to: b).tcp(from: 5, to: 7, flags: 0x901).bytes()),
            Case(name: "SCTP ports", before: sctp(5, 7, 51), rewrite: ports(.sctp), after: sctp(0xfffe, 0x1237, 51)),
            Case(
                name: "SCTP ports alone", before: sctp(5, 7, 0), rewrite: ports(.sctp), after: sctp(0xfffe, 0x1237, 0)),
            Case(
                name: "SCTP ports, odd", before: sctp(5, 7, 17), rewrite: ports(.sctp),
                after: sctp(0xfffe, 0x1237, 17)),
            Case(
                name: "ICMP type and code", before: builder.ipv4(from: a, to: b).icmp().payload(payload).bytes(),
                rewrite: rewrite(.icmpv4) {
                    $0.setU16(FlowField.transportSource, 0xff)
                    $0.setU16(FlowField.transportDestination, 0xff)
                } _: {
                    $0.setU16(FlowField.transportSource, 3)
                    $0.setU16(FlowField.transportDestination, 13)
                }, after: builder.ipv4(from: a, to: b).icmp(type: 3, code: 13).payload(payload).bytes()),
            Case(
                name: "ICMPv6 type",
                before: builder.ipv6(from: x, to: y).icmpv6(type: 128, code: 1).payload(payload).bytes(),
                rewrite: rewrite(.icmpv6) {
                    $0.setU16(FlowField.transportSource, 0xff)
                } _: {
                    $0.setU16(FlowField.transportSource, 129)
                }, after: builder.ipv6(from: x, to: y).icmpv6(type: 129, code: 1).payload(payload).bytes()),
            Case(
                name: "neighbour solicitation", before: neighbour(135, x, option: 1, 0x0a0b_0c0d_0e0f),
                rewrite: rewrite(.neighborDiscovery) {
                    ($0[13], $0[14], $0[11], $0[12]) = (.max, .max, 0xffff_ffff_ffff, 0xffff_ffff_ffff)
                } _: {
                    ($0[13], $0[14]) = (y.high.bigEndian, y.low.bigEndian)
                    $0.setMAC(FlowField.arpSourceHardware, MACAddress(number: 0x0211_2233_4455))
                    $0.setMAC(FlowField.arpTargetHardware, MACAddress(number: 0x0666_7788_9900))
                }, after: neighbour(135, y, option: 1, 0x0211_2233_4455)),
            Case(
                name: "neighbour advertisement", before: neighbour(136, x, option: 2, 0x0a0b_0c0d_0e0f),
                rewrite: rewrite(.neighborDiscovery) { $0[12] = 0xffff_ffff } _: {
                    $0.setMAC(FlowField.arpTargetHardware, MACAddress(number: 0x0211_2233_4455))
                }, after: neighbour(136, x, option: 2, 0x0211_2233_0e0f)),
            Case(
                name: "neighbour advertisement's flags and option type",
                before: neighbour(136, x, option: 2, 0x0211_2233_0e0f),
                rewrite: rewrite(.neighborDiscovery) {
                    $0.setU32(FlowField.ndReserved, 0x8000_00ff)
                    $0.setU16(FlowField.ndOptionsType, 0xff)
                } _: {
                    $0.setU32(FlowField.ndReserved, 0x8000_0007)
                    $0.setU16(FlowField.ndOptionsType, 1)
                }, after: neighbour(136, x, option: 1, 0x0211_2233_0e0f, reserved: 0xe000_0007)),
        ]
    }()

    private static let link: [Case] = {
        let inner = { (builder: PacketBuilder) in builder.ipv4(from: a, to: b).udp(from: 1, to: 2).bytes() }
        let other = PacketBuilder(
            source: MACAddress(number: 0x0a00_0000_0001), destination: MACAddress(number: 0x060a_0b0c_ffff))
        var typed = inner(builder.vlan(3))
        typed.replaceSubrange(16..<18, with: [0x88, 0xb5])
        let addresses = rewrite(.ethernet) {
            ($0[1], $0[2]) = (0xffff_0000_0000, 0xffff_ffff_ffff)
        } _: {
            $0.setMAC(FlowField.ethernetDestination, MACAddress(number: 0x0000_0000_ffff))
            $0.setMAC(FlowField.ethernetSource, MACAddress(number: 0x0a00_0000_0001))
        }
        let arp = { (operation: UInt16, one: UInt64, sender: IPv4Address, two: UInt64, target: IPv4Address) in
            builder.vlan(9).arp(
                operation: operation, senderHardware: MACAddress(number: one), sender: sender,
                targetHardware: MACAddress(number: two), target: target
            ).bytes(minimum: 64)
        }
        return [
            Case(name: "Ethernet addresses", before: inner(builder), rewrite: addresses, after: inner(other)),
            Case(
                name: "Ethernet type behind a tag", before: inner(builder.vlan(3)),
                rewrite: rewrite(.ethernet) { $0.setU16(FlowField.ethernetType, .max) } _: {
                    $0.setU16(FlowField.ethernetType, 0x88b5)
                }, after: typed),
            Case(
                name: "ARP", before: arp(1, 0x0201, a, 0x0809, b),
                rewrite: rewrite(.arp) {
                    $0.setU8(FlowField.networkProtocol, .max)
                    $0[5] = .max
                    ($0[11], $0[12]) = (0xffff_ffff_ffff, 0xffff_ffff_ffff)
                } _: {
                    $0.setU8(FlowField.networkProtocol, 2)
                    addresses4(&$0)
                    $0.setMAC(FlowField.arpSourceHardware, MACAddress(number: 0x0a01))
                    $0.setMAC(FlowField.arpTargetHardware, MACAddress(number: 0xffff_ffff_0b02))
                }, after: arp(2, 0x0a01, c, 0xffff_ffff_0b02, d)),
            Case(
                name: "PBB service and bit",
                before: Array(inner(builder).prefix(12)) + [0x88, 0xe7, 0x17, 1, 2, 3] + inner(builder),
                rewrite: rewrite(.pbb) {
                    for byte in 0..<3 { $0.setU8(FlowField.serviceInstance + byte, 0xff) }
                    $0.setU8(FlowField.useCustomerAddress, 1)
                } _: {
                    for byte in 0..<3 { $0.setU8(FlowField.serviceInstance + byte, UInt8(0xa0 + byte)) }
                    $0.setU8(FlowField.useCustomerAddress, 1)
                }, after: Array(inner(builder).prefix(12)) + [0x88, 0xe7, 0x1f, 0xa0, 0xa1, 0xa2] + inner(builder)),
            Case(
                name: "MPLS label", before: inner(builder.vlan(1).mpls(label: 5).mpls(label: 6)),
                rewrite: rewrite(.mpls) { $0.setU32(FlowField.mplsEntry0, 0xffff_f0ff) } _: {
                    $0.setU32(FlowField.mplsEntry0, 0xabcd_e009)
                }, after: inner(builder.vlan(1).mpls(label: 0xabcde, ttl: 9).mpls(label: 6))),
        ]
    }()

    private static func neighbour(
        _ type: UInt8, _ target: IPv6Address, option: UInt8, _ address: UInt64, reserved: UInt32 = 0x6000_0000
    ) -> [UInt8] {
        var body = [target.high, target.low].flatMap { half in
            (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
        }
        // An option of another kind first.
        body +=
            [14, 1, 1, 2, 3, 4, 5, 6, option, 1] + (0..<6).map { UInt8(truncatingIfNeeded: address >> (40 - 8 * $0)) }
        return builder.ipv6(from: x, to: y, hopLimit: 255).icmpv6(type: type, rest: reserved, body: body).bytes()
    }

    /// CRC32c bit by bit, over everything behind an IPv4 header without options.
    static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var register = UInt32.max
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0x82f6_3b78 : register >> 1 }
        }
        return ~register
    }

    private static func withCRC(_ frame: [UInt8]) -> [UInt8] {
        var frame = frame
        let sum = crc(frame[34...])
        frame.replaceSubrange(42..<46, with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) })
        return frame
    }

    /// What a program makes of a frame.
    static func run(_ actions: [DatapathAction], _ frame: [UInt8]) -> [UInt8]? {
        let rig = ProcessorRig()
        let mbuf = rig.fakes.make(frame)
        rig.execute(actions + [.output(PortID(rawValue: 2))], mbuf)
        guard rig.processor.pointee.sink.sent(2) == [mbuf], mbuf.pointee.pkt_len == UInt32(mbuf.pointee.data_len) else {
            return nil
        }
        return DatapathTests.frame(of: mbuf)
    }

    @Test func theCRCOfTheTestIsTheStandards() {
        #expect(Self.crc(Array("123456789".utf8)[...]) == 0xe306_9283)
    }

    @Test(arguments: cases) func becomesWhatItShould(_ one: Case) {
        #expect(one.before != one.after)
        #expect(Self.run([.set(one.rewrite)], one.before) == one.after)
    }

    @Test("Wrong checksums stay wrong by as much", arguments: cases) func wrongStaysWrong(_ one: Case) throws {
        // Spoiling the last byte of payload spoils checksums over it and nothing else.
        guard one.before.suffix(Self.payload.count) == Self.payload[...] else { return }
        var (before, after) = (one.before, one.after)
        before[before.count - 1] ^= 0x5a
        after[after.count - 1] ^= 0x5a
        #expect(Self.run([.set(one.rewrite)], before) == after)
    }

    @Test("No datagram without checksum gets one")
    func noChecksum() {
        var before = Self.builder.ipv4(from: Self.a, to: Self.b).udp(from: 1, to: 2).payload(Self.payload).bytes()
        (before[40], before[41]) = (0, 0)
        var after = Self.builder.ipv4(from: Self.c, to: Self.d).udp(from: 1, to: 2).payload(Self.payload).bytes()
        (after[40], after[41]) = (0, 0)
        #expect(Self.run([.set(Self.rewrite(.ipv4, mask: Self.allAddresses, Self.addresses4))], before) == after)
    }

    @Test("A computed zero is sent as ones")
    func computedZero() throws {
        // Find a port for which the right sum is the other form of zero.
        let build = { (port: UInt16) in
            Self.builder.ipv4(from: Self.a, to: Self.b).udp(from: 1, to: port).payload([1, 2]).bytes()
        }
        let port = try #require((UInt16.min...UInt16.max).first { build($0)[40...41] == [0xff, 0xff] })
        let change = Self.rewrite(.udp) { $0.setU16(FlowField.transportDestination, .max) } _: {
            $0.setU16(FlowField.transportDestination, port)
        }
        #expect(Self.run([.set(change)], build(port ^ 0x55)) == build(port))
    }

    @Test("No effect without the header, and none beyond a frame that is cut off", arguments: cases)
    func short(_ one: Case) {
        for length in 14..<one.before.count {
            let frame = Array(one.before.prefix(length))
            guard let result = Self.run([.set(one.rewrite)], frame) else {
                Issue.record("a frame of \(length) bytes is lost")
                continue
            }
            #expect(result.count == length)
        }
        let other = Self.builder.mpls(label: 1).bytes(minimum: 60)
        if one.rewrite.header != .ethernet, one.rewrite.header != .mpls, one.rewrite.header != .pbb {
            #expect(Self.run([.set(one.rewrite)], other) == other)
        }
    }

    @Test("Random bytes never trap", arguments: 0..<8) func random(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let actions =
            Self.cases.map { DatapathAction.set($0.rewrite) } + [
                .pushMPLS(etherType: 0x8847, entry: 1), .popMPLS(etherType: 0x800), .popVLAN, .popPBB,
            ]
        for _ in 0..<300 {
            var frame = Self.cases[Int(random.next() % UInt64(Self.cases.count))].before
            frame.removeLast(Int(random.next() % UInt64(frame.count - 14)))
            for _ in 0..<4 {
                frame[12 + Int(random.next() % UInt64(frame.count - 12))] = UInt8(truncatingIfNeeded: random.next())
            }
            #expect(Self.run(actions, frame) != nil)
        }
    }
}
