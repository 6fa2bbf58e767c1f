import Packets

extension MatchField {
    /// Every field, in the order in which a match is written: what is a prerequisite comes before what needs it.
    public static let all: [MatchField] = metadataFields + layer2Fields + networkFields + transportFields

    /// Fields by the headers that name them.
    static let byHeader: [Header: MatchField] = {
        var fields: [Header: MatchField] = [:]
        for field in all {
            if let header = field.nxm { fields[header] = field }
            if let header = field.oxm { fields[header] = field }
        }
        return fields
    }()

    private static let metadataFields: [MatchField] =
        [
            make("in_port", .inPort, 2, mask: false, nxm: .nxm(0)),
            make("in_port_oxm", .inPort, 4, bits: 16, mask: false, oxm: .oxm(0)),
            make("metadata", .host(offset: FlowField.metadata, bytes: 8), 8, nxm: nil, oxm: .oxm(2), both: true),
        ]
        + (0..<16).map { number in
            make(
                "reg\(number)", .host(offset: FlowField.registers + 4 * Int(number), bytes: 4), 4,
                nxm: .nicira(number), both: true)
        }

    private static let layer2Fields: [MatchField] = [
        make("eth_src", network(FlowField.ethernetSource, 6), 6, nxm: .nxm(2), oxm: .oxm(4)),
        make("eth_dst", network(FlowField.ethernetDestination, 6), 6, nxm: .nxm(1), oxm: .oxm(3)),
        make("eth_type", network(FlowField.ethernetType, 2), 2, mask: false, nxm: .nxm(3), oxm: .oxm(5)),
        make("vlan_tci", network(FlowField.outerTCI, 2), 2, nxm: .nxm(4)),
        make("vlan_vid", network(FlowField.outerTCI, 2), 2, bits: 13, oxm: .oxm(6)),
        make(
            "vlan_pcp", .network(offset: FlowField.outerTCI, bytes: 2, shift: 13), 1, bits: 3, mask: false, .vlan,
            oxm: .oxm(7)),
    ]

    private static let networkFields: [MatchField] = [
        make("ip_src", network(FlowField.ipv4Source, 4), 4, .ipv4, nxm: .nxm(7), oxm: .oxm(11)),
        make("ip_dst", network(FlowField.ipv4Destination, 4), 4, .ipv4, nxm: .nxm(8), oxm: .oxm(12)),
        make("ipv6_src", network(FlowField.ipv6Source, 16), 16, .ipv6, nxm: .nicira(19), oxm: .oxm(26)),
        make("ipv6_dst", network(FlowField.ipv6Destination, 16), 16, .ipv6, nxm: .nicira(20), oxm: .oxm(27)),
        make("ipv6_label", network(FlowField.ipv6Label, 4), 4, bits: 20, .ipv6, nxm: .nicira(27), oxm: .oxm(28)),
        make("ip_frag", network(FlowField.networkFragment, 1), 1, bits: 2, .ip, nxm: .nicira(26), both: true),
        make("ip_proto", network(FlowField.networkProtocol, 1), 1, mask: false, .ip, nxm: .nxm(6), oxm: .oxm(10)),
        make(
            "ip_dscp", .network(offset: FlowField.networkTOS, bytes: 1, shift: 2), 1, bits: 6, mask: false, .ip,
            oxm: .oxm(8)),
        MatchField(
            name: "nw_tos", place: network(FlowField.networkTOS, 1), size: 1, valid: 0xfc, isMaskable: false,
            prerequisite: .ip, nxm: .nxm(5), oxm: nil),
        make("ip_ecn", network(FlowField.networkTOS, 1), 1, bits: 2, mask: false, .ip, nxm: .nicira(28), oxm: .oxm(9)),
        make("ip_ttl", network(FlowField.networkTTL, 1), 1, mask: false, .ip, nxm: .nicira(29), both: true),
        make(
            "arp_op", network(FlowField.networkProtocol, 1), 2, bits: 8, mask: false, .arp,
            nxm: .nxm(15), oxm: .oxm(21)),
        make("arp_spa", network(FlowField.ipv4Source, 4), 4, .arp, nxm: .nxm(16), oxm: .oxm(22)),
        make("arp_tpa", network(FlowField.ipv4Destination, 4), 4, .arp, nxm: .nxm(17), oxm: .oxm(23)),
        make("arp_sha", network(FlowField.arpSourceHardware, 6), 6, .arp, nxm: .nicira(17), oxm: .oxm(24)),
        make("arp_tha", network(FlowField.arpTargetHardware, 6), 6, .arp, nxm: .nicira(18), oxm: .oxm(25)),
    ]

    private static let transportFields: [MatchField] = [
        make("tcp_src", network(FlowField.transportSource, 2), 2, .tcp, nxm: .nxm(9), oxm: .oxm(13)),
        make("tcp_dst", network(FlowField.transportDestination, 2), 2, .tcp, nxm: .nxm(10), oxm: .oxm(14)),
        make("tcp_flags", network(FlowField.tcpFlags, 2), 2, bits: 12, .tcp, nxm: .nicira(34), oxm: .onf(42)),
        make("udp_src", network(FlowField.transportSource, 2), 2, .udp, nxm: .nxm(11), oxm: .oxm(15)),
        make("udp_dst", network(FlowField.transportDestination, 2), 2, .udp, nxm: .nxm(12), oxm: .oxm(16)),
        make("sctp_src", network(FlowField.transportSource, 2), 2, .sctp, oxm: .oxm(17), both: true),
        make("sctp_dst", network(FlowField.transportDestination, 2), 2, .sctp, oxm: .oxm(18), both: true),
        make(
            "icmp_type", network(FlowField.transportSource, 2), 1, bits: 16, mask: false, .icmpv4,
            nxm: .nxm(13), oxm: .oxm(19)),
        make(
            "icmp_code", network(FlowField.transportDestination, 2), 1, bits: 16, mask: false, .icmpv4,
            nxm: .nxm(14), oxm: .oxm(20)),
        make(
            "icmpv6_type", network(FlowField.transportSource, 2), 1, bits: 16, mask: false, .icmpv6,
            nxm: .nicira(21), oxm: .oxm(29)),
        make(
            "icmpv6_code", network(FlowField.transportDestination, 2), 1, bits: 16, mask: false, .icmpv6,
            nxm: .nicira(22), oxm: .oxm(30)),
        make("nd_target", network(FlowField.ndTarget, 16), 16, .neighbor, nxm: .nicira(23), oxm: .oxm(31)),
        make("nd_sll", network(FlowField.arpSourceHardware, 6), 6, .solicitation, nxm: .nicira(24), oxm: .oxm(32)),
        make("nd_tll", network(FlowField.arpTargetHardware, 6), 6, .advertisement, nxm: .nicira(25), oxm: .oxm(33)),
    ]

    private static func network(_ offset: Int, _ bytes: Int) -> Place {
        .network(offset: offset, bytes: bytes, shift: 0)
    }

    /// - Parameter both: the one header given serves NXM and OXM.
    private static func make(
        _ name: String, _ place: Place, _ size: Int, bits: Int? = nil, mask: Bool = true,
        _ prerequisite: Prerequisite = .none, nxm: Header? = nil, oxm: Header? = nil, both: Bool = false
    ) -> MatchField {
        let bits = bits ?? size * 8
        return MatchField(
            name: name, place: place, size: size, valid: bits >= 128 ? .max : (1 << UInt128(bits)) - 1,
            isMaskable: mask, prerequisite: prerequisite, nxm: both ? nxm ?? oxm : nxm, oxm: both ? oxm ?? nxm : oxm)
    }
}
