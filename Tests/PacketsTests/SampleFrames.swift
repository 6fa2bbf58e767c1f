import Packets

/// One frame of each kind that the extractor knows.
enum SampleFrames {
    static let source = MACAddress(2, 0, 0, 0, 0, 1)
    static let destination = MACAddress(2, 0, 0, 0, 0, 2)
    static let a = IPv4Address(10, 0, 0, 1)
    static let b = IPv4Address(10, 0, 0, 2)
    static let a6 = IPv6Address(high: 0xfd00_0000_0000_0000, low: 1)
    static let b6 = IPv6Address(high: 0xfd00_0000_0000_0000, low: 2)

    static var base: PacketBuilder { PacketBuilder(source: source, destination: destination) }

    static var all: [(name: String, frame: [UInt8])] {
        let v4 = base.ipv4(from: a, to: b, ttl: 61, tos: 0x2e)
        let v6 = base.ipv6(from: a6, to: b6, hopLimit: 62, trafficClass: 0x48, label: 0x12345)
        let target: [UInt8] = [0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [9]
        let sll: [UInt8] = [1, 1, 2, 0, 0, 0, 0, 7]
        let tll: [UInt8] = [2, 1, 2, 0, 0, 0, 0, 8]
        return [
            ("udp", v4.udp(from: 4000, to: 53).payload([1, 2, 3]).bytes(minimum: 60)),
            ("tcp", v4.tcp(from: 4001, to: 80, flags: 0x112).bytes()),
            ("sctp", v4.sctp(from: 5, to: 6).bytes()),
            ("icmp", v4.icmp(type: 8, code: 1).payload([0, 1]).bytes()),
            ("igmp", v4.igmp(type: 0x16, group: IPv4Address(224, 1, 2, 3)).bytes()),
            ("options", base.ipv4(from: a, to: b, options: [1, 1, 1, 1]).udp(from: 7, to: 8).bytes()),
            ("first fragment", base.ipv4(from: a, to: b, fragment: 0x2000).udp(from: 7, to: 8).bytes()),
            ("later fragment", base.ipv4(from: a, to: b, fragment: 0x2010).udp(from: 7, to: 8).bytes()),
            ("bad IHL", broken(v4.udp(from: 7, to: 8).bytes(), at: 14, 0x44)),
            ("bad length", broken(v4.udp(from: 7, to: 8).bytes(), at: 17, 0xff)),
            ("short length", broken(v4.udp(from: 7, to: 8).bytes(), at: 17, 19)),
            ("vlan", base.vlan(10, priority: 3).ipv4(from: a, to: b).udp(from: 7, to: 8).bytes()),
            ("vlan zero", base.vlan(0).ipv4(from: a, to: b).udp(from: 7, to: 8).bytes()),
            ("qinq", base.vlan(20, tpid: 0x88a8).vlan(10).ipv4(from: a, to: b).tcp(from: 7, to: 8).bytes()),
            ("no tag", base.vlan(3, tpid: 0x9100).ipv4(from: a, to: b).bytes(minimum: 60)),
            ("three tags", base.vlan(3, tpid: 0x88a8).vlan(2).vlan(1).ipv4(from: a, to: b).bytes(minimum: 60)),
            ("arp", base.arp(operation: 1, senderHardware: source, sender: a, target: b).bytes(minimum: 60)),
            ("rarp", base.arp(operation: 3, senderHardware: source, sender: a, target: b, type: 0x8035).bytes()),
            ("arp, big operation", base.arp(operation: 0x101, senderHardware: source, sender: a, target: b).bytes()),
            (
                "arp, not Ethernet",
                broken(base.arp(operation: 1, senderHardware: source, sender: a, target: b).bytes(), at: 15, 6)
            ),
            ("udp6", v6.udp(from: 9, to: 10).payload([5]).bytes()),
            ("tcp6", v6.tcp(from: 9, to: 10, flags: 0xfff).bytes()),
            (
                "extensions",
                v6.extensionHeader(0, [0, 0, 1, 4, 0, 0, 0, 0]).extensionHeader(
                    60, [0, 1] + [UInt8](repeating: 1, count: 14)
                )
                .extensionHeader(51, [0, 4] + [UInt8](repeating: 0, count: 22)).udp(from: 9, to: 10).bytes()
            ),
            ("first fragment 6", v6.extensionHeader(44, [0, 0, 0, 1, 0, 0, 0, 1]).udp(from: 9, to: 10).bytes()),
            ("later fragment 6", v6.extensionHeader(44, [0, 0, 0, 9, 0, 0, 0, 1]).udp(from: 9, to: 10).bytes()),
            ("atomic fragment 6", v6.extensionHeader(44, [0, 0, 0, 0, 0, 0, 0, 1]).udp(from: 9, to: 10).bytes()),
            ("neighbour solicitation", v6.icmpv6(type: 135, body: target + sll).bytes()),
            ("neighbour advertisement", v6.icmpv6(type: 136, body: target + [14, 1, 0, 0, 0, 0, 0, 0] + tll).bytes()),
            ("option twice", v6.icmpv6(type: 136, body: target + tll + tll).bytes()),
            ("option of no length", v6.icmpv6(type: 136, body: target + tll + [1, 0, 0, 0, 0, 0, 0, 0]).bytes()),
            ("echo 6", v6.icmpv6(type: 128).bytes()),
            ("mpls", base.mpls(label: 100).mpls(label: 200, ttl: 9).ipv4(from: a, to: b).bytes()),
            (
                "mpls deep",
                base.mpls(label: 1).mpls(label: 2).mpls(label: 3).mpls(label: 4).ipv4(from: a, to: b).bytes()
            ),
            (
                "pbb", PacketBuilder(source: source, destination: destination, type: 0x88e7)
                    .payload([0x28, 1, 2, 3] + v4.udp(from: 7, to: 8).bytes()).bytes()
            ),
            (
                "tagged pbb",
                base.vlan(10, tpid: 0x88a8).plain(type: 0x88e7, [0x37, 0xab, 0xcd, 0xef, 1]).bytes()
            ),
            (
                "extensions in each wrong order",
                v6.extensionHeader(51, [0, 4] + [UInt8](repeating: 0, count: 22))
                    .extensionHeader(43, [0, 0, 0, 0, 0, 0, 0, 0]).extensionHeader(60, [0, 0, 1, 4, 0, 0, 0, 0])
                    .extensionHeader(0, [0, 0, 1, 4, 0, 0, 0, 0]).extensionHeader(60, [0, 0, 1, 4, 0, 0, 0, 0])
                    .udp(from: 9, to: 10).bytes()
            ),
            ("no next header", v6.extensionHeader(0, [59, 0, 1, 4, 0, 0, 0, 0]).bytes()),
            ("ESP", base.ipv6(from: a6, to: b6, next: 50).payload([UInt8](repeating: 7, count: 30)).bytes()),
            ("llc", Array(base.bytes().prefix(12)) + [0, 40, 0x42, 0x42, 3] + [UInt8](repeating: 0, count: 43)),
            (
                "snap",
                Array(base.bytes().prefix(12)) + [0, 36, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0]
                    + Array(base.ipv4(from: a, to: b).udp(from: 7, to: 8).bytes().dropFirst(14))
            ),
            (
                "snap of an organisation",
                Array(base.bytes().prefix(12)) + [0, 36, 0xaa, 0xaa, 3, 0, 0, 0xc, 8, 0]
                    + [UInt8](repeating: 0, count: 40)
            ),
            (
                "unknown type",
                PacketBuilder(source: source, destination: destination, type: 0x88b5).payload([1, 2]).bytes()
            ),
        ]
    }

    private static func broken(_ frame: [UInt8], at offset: Int, _ value: UInt8) -> [UInt8] {
        var frame = frame
        frame[offset] = value
        return frame
    }
}
