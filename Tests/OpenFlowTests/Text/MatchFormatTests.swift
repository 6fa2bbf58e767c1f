import Foundation
import Packets
import TestSupport
import Testing

@testable import OpenFlow

@Suite
struct MatchFormatTests {
    /// The packet that opened a connection: Open vSwitch takes these together only.
    private static let tuple: Set<String> = [
        "ct_nw_src", "ct_nw_dst", "ct_ipv6_src", "ct_ipv6_dst", "ct_nw_proto", "ct_tp_src", "ct_tp_dst",
    ]

    /// What `ovs-ofctl ofp-print` says of a flow-mod's match.
    private func printed(_ message: [UInt8]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ovs-ofctl")
        process.arguments = ["ofp-print", message.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        guard let match = text.firstMatch(of: #/: ADD (.*?) ?actions=drop/#) else { return text }
        return String(match.1)
    }

    /// A flow-mod that adds a flow of default priority without actions.
    private func flowMod(_ match: Match, _ version: OpenFlowVersion?) -> [UInt8] {
        var body = ByteWriter()
        if version == nil {
            body.u32(0x2320)
            body.u32(13)
            body.u64(0)
            body.zeros(6)
            body.u16(0x8000)
            body.u32(.max)
            body.u16(0xffff)
            body.zeros(2)
            var entries = ByteWriter()
            body.u16(UInt16(entries.matchNXM(match)))
            body.zeros(6)
            body.append(entries.bytes)
        } else {
            if version == .v10 { body.match(match, .v10) }
            body.u64(0)
            if version != .v10 {
                body.zeros(8)
                body.u16(0)
            } else {
                body.u16(0)
            }
            body.zeros(4)
            body.u16(0x8000)
            body.u32(.max)
            if version == .v10 {
                body.u16(0xffff)
                body.u16(0)
            } else {
                body.u32(.max)
                body.u32(.max)
                body.u16(0)
                body.zeros(2)
                body.match(match, version ?? .v13)
            }
        }
        var message = ByteWriter()
        message.u8((version ?? .v10).rawValue)
        message.u8(version == nil ? 4 : 14)
        message.u16(UInt16(8 + body.count))
        message.u32(1)
        message.append(body.bytes)
        return message.bytes
    }

    /// Every field that both know, each alone and together with others, is printed as Open vSwitch prints it, after
    /// Debian's ovs-ofctl has read what we wrote.
    @Test(arguments: [nil, .v12, .v13, .v15] as [OpenFlowVersion?])
    func randomMatchesLookAsOnOpenVSwitch(version: OpenFlowVersion?) throws {
        var random = SeededGenerator(seed: 31)
        for round in 0..<40 {
            let match = RandomMatch.make(
                &random, version,
                excluding: Self.tuple.union(["pbb_isid", "pbb_uca", "ipv6_exthdr", "tun_flags", "recirc_id"]),
                oneIn: round % 2 == 0 ? 8 : 3)
            let expected = try printed(flowMod(match, version))
            try #require(MatchFormat.describe(match) == expected)
        }
    }

    /// Versions 1.0 and 1.1 say what they can.
    @Test(arguments: [.v10, .v11] as [OpenFlowVersion])
    func oldVersionsLookAsOnOpenVSwitch(version: OpenFlowVersion) throws {
        let texts = [
            "in_port=1,dl_vlan=5,dl_vlan_pcp=3,dl_src=00:01:02:03:04:05,dl_dst=06:07:08:09:0a:0b",
            "arp,arp_op=1,arp_spa=1.2.3.4",
            "ip,nw_src=10.0.0.0/8,nw_dst=1.2.3.0/24,nw_tos=0xb8", "tcp,tp_src=5,tp_dst=6",
            "icmp,icmp_type=8,icmp_code=0",
            "vlan_tci=0", "dl_type=0x88cc", "in_port=LOCAL", "sctp,tp_dst=9",
        ]
        for text in texts where version == .v11 || !text.hasPrefix("sctp") {
            let match = try MatchParser.parse(text)
            #expect(try printed(flowMod(match, version)) == MatchFormat.describe(match), "\(text)")
        }
    }

    @Test func packetsTellAllThatTheyHave() throws {
        func text(_ flow: String) throws -> String { MatchFormat.describe(packet: try MatchParser.parsePacket(flow)) }
        #expect(
            try text("in_port=1,tcp,nw_src=1.2.3.4,tp_dst=80")
                == "tcp,in_port=1,vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00,nw_src=1.2.3.4,"
                + "nw_dst=0.0.0.0,nw_tos=0,nw_ecn=0,nw_ttl=0,nw_frag=no,tp_src=0,tp_dst=80,tcp_flags=0")
        #expect(
            try text("in_port=2,dl_src=50:54:00:00:00:02,dl_vlan=9,arp,pkt_mark=1,metadata=0x10")
                == "pkt_mark=0x1,arp,metadata=0x10,in_port=2,dl_vlan=9,dl_vlan_pcp=0,vlan_tci1=0x0000,"
                + "dl_src=50:54:00:00:00:02,dl_dst=00:00:00:00:00:00,arp_spa=0.0.0.0,arp_tpa=0.0.0.0,arp_op=0,"
                + "arp_sha=00:00:00:00:00:00,arp_tha=00:00:00:00:00:00")
        #expect(
            try text("icmp6,icmpv6_type=135,nd_target=fe80::1,nd_sll=00:00:00:00:00:01")
                == "icmp6,in_port=ANY,vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00,ipv6_src=::,"
                + "ipv6_dst=::,ipv6_label=0x00000,nw_tos=0,nw_ecn=0,nw_ttl=0,nw_frag=no,icmp_type=135,icmp_code=0,"
                + "nd_target=fe80::1,nd_sll=00:00:00:00:00:01,nd_tll=00:00:00:00:00:00")
    }

    @Test func cacheFlowsTellThatTheyAreEthernet() throws {
        var match = try MatchParser.parse("in_port=3,ip,nw_frag=no")
        match.mask.setHost32(FlowField.recircID, .max)
        match.mask.setHost32(FlowField.packetType, .max)
        #expect(MatchFormat.describe(match) == "recirc_id=0,eth,ip,in_port=3,nw_frag=no")
        #expect(MatchFormat.describe(match, priority: 7).hasPrefix("priority=7,recirc_id=0,"))
        #expect(MatchFormat.describe(match) { $0.rawValue == 3 ? "br-int" : nil }.contains("in_port=\"br-int\""))
    }

    /// What is printed reads back as the same match.
    @Test func textReadsBack() throws {
        var random = SeededGenerator(seed: 32)
        for _ in 0..<400 {
            let match = RandomMatch.make(
                &random, .v15,
                excluding: Self.tuple.union([
                    "ip_frag", "tun_erspan_idx", "tun_erspan_ver", "tun_erspan_dir", "tun_erspan_hwid", "tun_gbp_flags",
                    "tun_gtpu_flags", "tun_gtpu_msgtype",
                ]))
            let text = MatchFormat.describe(match)
            let read = try MatchParser.parse(text)
            try #require(MatchFormat.describe(read) == text)
            try #require(read == match, "\(text)")
        }
    }

    @Test func textsThatAreNoFlowsAreRefused() {
        func message(_ text: String) -> String? {
            do throws(TextError) {
                _ = try MatchParser.parsePacket(text)
                return nil
            } catch {
                return error.message
            }
        }
        #expect(message("in_port=1,xyzzy=3") == "in_port=1,xyzzy=3: unknown field xyzzy")
        #expect(message("tcp,udp") == "tcp,udp: Ethernet type set multiple times")
        #expect(message("tp_src=5") == "tp_src=5: prerequisites not met for setting tp_src")
        #expect(message("tcp,tp_src=5,tp_src=6") == "tcp,tp_src=5,tp_src=6: field tp_src set multiple times")
        #expect(message("ip,nw_src=1.2.3.4/8")?.contains("wildcards not allowed here") == true)
        #expect(message("ip,nw_src=1.2.3") == "ip,nw_src=1.2.3: bad value for nw_src (1.2.3: invalid IP address)")
        #expect(message("in_port=p7")?.contains("invalid or unknown port for in_port") == true)
        #expect(message("reg0=0x100000000")?.contains("too large for 4-byte field reg0") == true)
        #expect(message("dl_vlan=x")?.contains("bad syntax for dl_vlan value") == true)
    }

    /// Nothing that anybody types ends the daemon.
    @Test func noiseIsRefusedOrUnderstood() {
        var random = SeededGenerator(seed: 33)
        let words =
            MatchField.known.map(\.name) + [
                "tcp", "ip6", "eth", "=", ",", "/", "(", ")", "0x", "-1", "1.2.3.4", "::", "+trk-new",
                "99999999999999999999999999999999999999999", "é", "*",
            ]
        for _ in 0..<4000 {
            let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }.joined()
            if let match = try? MatchParser.parse(text) { #expect(match.key == match.key.masked(by: match.mask)) }
            if let key = try? MatchParser.parsePacket(text) { _ = MatchFormat.describe(packet: key) }
        }
    }
}
