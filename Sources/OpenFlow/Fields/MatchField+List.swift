import Packets

extension MatchField {
    /// Every field that has a header, in the order in which a match is written: what is a prerequisite comes before
    /// what needs it.
    public static let all: [MatchField] = known.filter { !$0.headers.isEmpty }

    /// Every field, those too that are known by name only.
    public static let known: [MatchField] =
        metadataFields + layer2Fields + networkFields + transportFields + tunnelFields + registerFields + trackingFields

    /// Fields by the headers that name them.
    static let byHeader: [Header: MatchField] = {
        var fields: [Header: MatchField] = [:]
        for field in known {
            for versioned in field.headers { fields[versioned.header] = field }
        }
        return fields
    }()

    /// Fields by name and alias.
    static let byName: [String: MatchField] = {
        var fields: [String: MatchField] = [:]
        for field in known {
            fields[field.name] = field
            if let alias = field.alias { fields[alias] = field }
        }
        return fields
    }()

    private static let metadataFields: [MatchField] = [
        field(
            "packet_type", host(FlowField.packetType, 4), 4, [.oxm(44, since: .v15)], .packetType, mask: false,
            write: false),
        field(
            "dp_hash", host(FlowField.datapathHash, 4), 4, [.nicira(35), .experiment(0)], .hexadecimal, write: false),
        field("recirc_id", host(FlowField.recircID, 4), 4, [.nicira(36)], mask: false, write: false),
        field("conj_id", host(FlowField.conjunctionID, 4), 4, [.nicira(37)], mask: false, write: false),
        field("in_port", .port(offset: FlowField.inPort, isWide: false), 2, [.nxm(0)], .port, mask: false, list: .nxm),
        field(
            "in_port_oxm", .port(offset: FlowField.inPort, isWide: true), 4, [.oxm(0)], .port,
            mask: false, list: .oxm),
        field(
            "actset_output", .port(offset: FlowField.actionSetOutput, isWide: true), 4,
            [.onf(43, since: .v13), .oxm(43, since: .v15)], .port, mask: false, write: false),
        field("skb_priority", host(FlowField.skbPriority, 4), 4, [], .hexadecimal, mask: false, write: false),
    ]

    private static let layer2Fields: [MatchField] = [
        field(
            "eth_src", alias: "dl_src", wire(FlowField.ethernetSource, 6), 6, needs: .ethernet, [.nxm(2), .oxm(4)],
            .ethernet),
        field(
            "eth_dst", alias: "dl_dst", wire(FlowField.ethernetDestination, 6), 6, needs: .ethernet,
            [.nxm(1), .oxm(3)], .ethernet),
        field(
            "eth_type", alias: "dl_type", wire(FlowField.ethernetType, 2), 2, needs: .ethernet,
            [.nxm(3), .oxm(5)], .hexadecimal, mask: false, write: false),
        field("vlan_tci", wire(FlowField.outerTCI, 2), 2, needs: .ethernet, [.nxm(4)], .hexadecimal, list: .nxm),
        field("dl_vlan", wire(FlowField.outerTCI, 2), 2, bits: 12, needs: .ethernet, [], mask: false),
        field(
            "vlan_vid", wire(FlowField.outerTCI, 2), 2, bits: 12, valid: 0x1fff, needs: .ethernet, [.oxm(6)], list: .oxm
        ),
        field("dl_vlan_pcp", wire(FlowField.outerTCI, 2, shift: 13), 1, bits: 3, needs: .ethernet, [], mask: false),
        field(
            "vlan_pcp", wire(FlowField.outerTCI, 2, shift: 13), 1, bits: 3, needs: .vlan, [.oxm(7)], mask: false,
            list: .oxm),
        field("mpls_tc", wire(FlowField.mplsEntry0, 4, shift: 9), 1, bits: 3, needs: .mpls, [.oxm(35)], mask: false),
        field(
            "mpls_bos", wire(FlowField.mplsEntry0, 4, shift: 8), 1, bits: 1, needs: .mpls, [.oxm(36, since: .v13)],
            mask: false, write: false),
        field("mpls_ttl", wire(FlowField.mplsEntry0, 4), 1, needs: .mpls, [.nicira(30)], mask: false),
        field(
            "mpls_label", wire(FlowField.mplsEntry0, 4, shift: 12), 4, bits: 20, needs: .mpls, [.oxm(34)], mask: false),
        field("pbb_isid", wire(FlowField.serviceInstance, 3), 3, needs: .pbb, [.oxm(37, since: .v13)], .hexadecimal),
        field(
            "pbb_uca", wire(FlowField.useCustomerAddress, 1), 1, bits: 1, needs: .pbb, [.oxm(41, since: .v14)],
            mask: false),
    ]

    private static let networkFields: [MatchField] = [
        field("ip_src", alias: "nw_src", wire(FlowField.ipv4Source, 4), 4, needs: .ipv4, [.nxm(7), .oxm(11)], .ipv4),
        field(
            "ip_dst", alias: "nw_dst", wire(FlowField.ipv4Destination, 4), 4, needs: .ipv4, [.nxm(8), .oxm(12)], .ipv4),
        field("ipv6_src", wire(FlowField.ipv6Source, 16), 16, needs: .ipv6, [.nicira(19), .oxm(26)], .ipv6),
        field("ipv6_dst", wire(FlowField.ipv6Destination, 16), 16, needs: .ipv6, [.nicira(20), .oxm(27)], .ipv6),
        field(
            "ip_frag", alias: "nw_frag", wire(FlowField.networkFragment, 1), 1, bits: 2, needs: .ip, [.nicira(26)],
            .fragment, write: false),
        field("nw_tos", wire(FlowField.networkTOS, 1), 1, valid: 0xfc, needs: .ip, [.nxm(5)], mask: false, list: .nxm),
        field(
            "ip_dscp", wire(FlowField.networkTOS, 1, shift: 2), 1, bits: 6, needs: .ip, [.oxm(8)], mask: false,
            list: .oxm),
        field(
            "nw_ecn", alias: "ip_ecn", wire(FlowField.networkTOS, 1), 1, bits: 2, needs: .ip, [.nicira(28), .oxm(9)],
            mask: false),
        field("nw_ttl", alias: "ip_ttl", wire(FlowField.networkTTL, 1), 1, needs: .ip, [.nicira(29)], mask: false),
        field(
            "ipv6_label", wire(FlowField.ipv6Label, 4), 4, bits: 20, needs: .ipv6, [.nicira(27), .oxm(28)], .hexadecimal
        ),
        field(
            "ipv6_exthdr", wire(FlowField.ipv6ExtensionHeaders, 2), 2, bits: 9, needs: .ipv6, [.oxm(39, since: .v13)],
            .hexadecimal, write: false),
        field(
            "nw_proto", alias: "ip_proto", wire(FlowField.networkProtocol, 1), 1, needs: .ip,
            [.nxm(6), .oxm(10)], mask: false, write: false),
        field(
            "arp_op", wire(FlowField.networkProtocol, 1), 2, bits: 16, valid: 0xff, needs: .arp,
            [.nxm(15), .oxm(21)], mask: false),
        field("arp_spa", wire(FlowField.ipv4Source, 4), 4, needs: .arp, [.nxm(16), .oxm(22)], .ipv4),
        field("arp_tpa", wire(FlowField.ipv4Destination, 4), 4, needs: .arp, [.nxm(17), .oxm(23)], .ipv4),
        field("arp_sha", wire(FlowField.arpSourceHardware, 6), 6, needs: .arp, [.nicira(17), .oxm(24)], .ethernet),
        field("arp_tha", wire(FlowField.arpTargetHardware, 6), 6, needs: .arp, [.nicira(18), .oxm(25)], .ethernet),
    ]

    private static let transportFields: [MatchField] = [
        field("tcp_src", wire(FlowField.transportSource, 2), 2, needs: .tcp, [.nxm(9), .oxm(13)]),
        field("tcp_dst", wire(FlowField.transportDestination, 2), 2, needs: .tcp, [.nxm(10), .oxm(14)]),
        field(
            "tcp_flags", wire(FlowField.tcpFlags, 2), 2, bits: 12, needs: .tcp,
            [.nicira(34), .onf(42, since: .v13), .oxm(42, since: .v15)], .tcpFlags, write: false),
        field("udp_src", wire(FlowField.transportSource, 2), 2, needs: .udp, [.nxm(11), .oxm(15)]),
        field("udp_dst", wire(FlowField.transportDestination, 2), 2, needs: .udp, [.nxm(12), .oxm(16)]),
        field("sctp_src", wire(FlowField.transportSource, 2), 2, needs: .sctp, [.oxm(17)]),
        field("sctp_dst", wire(FlowField.transportDestination, 2), 2, needs: .sctp, [.oxm(18)]),
        icmp("icmp_type", FlowField.transportSource, .icmpv4, .nxm(13), .oxm(19)),
        icmp("icmp_code", FlowField.transportDestination, .icmpv4, .nxm(14), .oxm(20)),
        icmp("icmpv6_type", FlowField.transportSource, .icmpv6, .nicira(21), .oxm(29)),
        icmp("icmpv6_code", FlowField.transportDestination, .icmpv6, .nicira(22), .oxm(30)),
        field("nd_reserved", wire(FlowField.ndReserved, 4), 4, needs: .neighbor, [.ericsson(1)], mask: false),
        field("nd_target", wire(FlowField.ndTarget, 16), 16, needs: .neighbor, [.nicira(23), .oxm(31)], .ipv6),
        field(
            "nd_options_type", wire(FlowField.ndOptionsType, 2), 1, valid: 0xffff, needs: .neighbor, [.ericsson(2)],
            mask: false),
        field(
            "nd_sll", wire(FlowField.arpSourceHardware, 6), 6, needs: .solicitation, [.nicira(24), .oxm(32)],
            .ethernet),
        field(
            "nd_tll", wire(FlowField.arpTargetHardware, 6), 6, needs: .advertisement, [.nicira(25), .oxm(33)], .ethernet
        ),
    ]

    private static let tunnelFields: [MatchField] = [
        field(
            "tun_id", alias: "tunnel_id", host(FlowField.tunnelID, 8), 8, [.nicira(16), .oxm(38, since: .v13)],
            .hexadecimal),
        field("tun_flags", host(FlowField.tunnelFlags, 2), 2, bits: 1, [.nicira(104)], .tunnelFlags),
        field("tun_src", wire(FlowField.tunnelIPv4Source, 4), 4, [.nicira(31)], .ipv4),
        field("tun_dst", wire(FlowField.tunnelIPv4Destination, 4), 4, [.nicira(32)], .ipv4),
        field("tun_ipv6_src", wire(FlowField.tunnelIPv6Source, 16), 16, [.nicira(109)], .ipv6),
        field("tun_ipv6_dst", wire(FlowField.tunnelIPv6Destination, 16), 16, [.nicira(110)], .ipv6),
        field("tun_tos", host(FlowField.tunnelTOS, 1), 1, [], mask: false, write: false),
        field("tun_ttl", host(FlowField.tunnelTTL, 1), 1, [], mask: false, write: false),
        field("tun_gbp_id", host(FlowField.tunnelGBPID, 2), 2, [.nicira(38)]),
        field("tun_gbp_flags", host(FlowField.tunnelGBPFlags, 1), 1, [.nicira(39)], .hexadecimal),
        field("tun_erspan_idx", host(FlowField.tunnelERSPANIndex, 4), 4, bits: 20, [.experiment(11)], .hexadecimal),
        field("tun_erspan_ver", host(FlowField.tunnelERSPANVersion, 1), 1, bits: 4, [.experiment(12)]),
        field("tun_erspan_dir", host(FlowField.tunnelERSPANDirection, 1), 1, bits: 1, [.experiment(13)]),
        field(
            "tun_erspan_hwid", host(FlowField.tunnelERSPANHardwareID, 1), 1, bits: 6, [.experiment(14)], .hexadecimal),
        field("tun_gtpu_flags", host(FlowField.tunnelGTPUFlags, 1), 1, [.experiment(15)], .hexadecimal, write: false),
        field("tun_gtpu_msgtype", host(FlowField.tunnelGTPUMessageType, 1), 1, [.experiment(16)], write: false),
    ]

    private static let registerFields: [MatchField] =
        (0..<16).map { number in
            field(
                "reg\(number)", .registers(first: number, count: 1), 4, [.nicira(UInt8(number))], .hexadecimal,
                list: .exceptOXM15)
        }
        + (0..<8).map { number in
            field(
                "xreg\(number)", .registers(first: 2 * number, count: 2), 8,
                [.register(UInt8(number), since: .v13)], .hexadecimal, list: .oxm15)
        }
        + (0..<4).map { number in
            field(
                "xxreg\(number)", .registers(first: 4 * number, count: 4), 16, [.nicira(UInt8(111 + number))],
                .hexadecimal, list: .never)
        } + [
            field("pkt_mark", host(FlowField.packetMark, 4), 4, [.nicira(33)], .hexadecimal)
        ]

    private static let trackingFields: [MatchField] = [
        field("ct_state", host(FlowField.ctState, 4), 4, valid: 0xff, [.nicira(105)], .connectionState, write: false),
        field("ct_zone", host(FlowField.ctZone, 2), 2, [.nicira(106)], .hexadecimal, mask: false, write: false),
        field("ct_mark", host(FlowField.ctMark, 4), 4, [.nicira(107)], .hexadecimal),
        field("ct_label", wire(FlowField.ctLabel, 16), 16, [.nicira(108)], .hexadecimal),
        field("ct_nw_src", wire(FlowField.ctIPv4Source, 4), 4, needs: .tracked, [.nicira(120)], .ipv4, write: false),
        field(
            "ct_ipv6_src", wire(FlowField.ctIPv6Source, 16), 16, needs: .tracked, [.nicira(122)], .ipv6, write: false),
        field(
            "ct_nw_dst", wire(FlowField.ctIPv4Destination, 4), 4, needs: .tracked, [.nicira(121)], .ipv4, write: false),
        field(
            "ct_ipv6_dst", wire(FlowField.ctIPv6Destination, 16), 16, needs: .tracked, [.nicira(123)], .ipv6,
            write: false),
        field(
            "ct_nw_proto", wire(FlowField.ctNetworkProtocol, 1), 1, needs: .tracked, [.nicira(119)], mask: false,
            write: false),
        field("ct_tp_src", wire(FlowField.ctTransportSource, 2), 2, needs: .tracked, [.nicira(124)], write: false),
        field("ct_tp_dst", wire(FlowField.ctTransportDestination, 2), 2, needs: .tracked, [.nicira(125)], write: false),
        field("metadata", host(FlowField.metadata, 8), 8, [.oxm(2)], .hexadecimal),
    ]

    private static func wire(_ offset: Int, _ bytes: Int, shift: Int = 0) -> Place {
        .network(offset: offset, bytes: bytes, shift: shift)
    }

    private static func host(_ offset: Int, _ bytes: Int) -> Place { .host(offset: offset, bytes: bytes) }

    private static func icmp(
        _ name: String, _ offset: Int, _ prerequisite: Prerequisite, _ nxm: VersionedHeader,
        _ oxm: VersionedHeader
    ) -> MatchField {
        field(
            name, wire(offset, 2), 1, valid: 0xffff, needs: prerequisite, [nxm, oxm], mask: false)
    }

    private static func field(
        _ name: String, alias: String? = nil, _ place: Place, _ size: Int, bits: Int? = nil, valid: UInt128? = nil,
        needs prerequisite: Prerequisite = .none, _ headers: [VersionedHeader], _ format: Format = .decimal,
        mask: Bool = true, write: Bool = true, list: Listing = .both
    ) -> MatchField {
        let bits = bits ?? size * 8
        return MatchField(
            name: name, alias: alias, place: place, size: size, bits: bits, valid: valid ?? ones(bits),
            isMaskable: mask, isWritable: write, format: format, prerequisite: prerequisite, headers: headers,
            listing: list)
    }
}
