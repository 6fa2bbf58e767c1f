extension MatchField {
    /// The name of the header that Nicira's actions name the field by (`NXM_OF_IN_PORT`, `OXM_OF_METADATA`); the
    /// field's own name if it has none.
    public var symbol: String {
        if let option { return "NXM_NX_TUN_METADATA\(option)" }
        return header(nil).flatMap { Self.symbol(of: $0) } ?? name
    }

    /// The field that one of its headers' names stands for.
    static func named(bySymbol symbol: String) -> MatchField? { bySymbol[symbol] }

    private static let bySymbol: [String: MatchField] = Dictionary(
        all.flatMap { field in field.headers.compactMap { symbol(of: $0.header) }.map { ($0, field) } }
    ) { first, _ in first }

    private static func symbol(of header: Header) -> String? {
        let number = Int(header.field)
        switch header.classNumber {
        case 0x0000 where Self.nxmNames.indices.contains(number): return "NXM_OF_\(Self.nxmNames[number])"
        case 0x0001:
            if let known = Self.niciraNames[number] { return "NXM_NX_\(known)" }
            return number < 16 ? "NXM_NX_REG\(number)" : 111..<115 ~= number ? "NXM_NX_XXREG\(number - 111)" : nil
        case 0x8000: return Self.oxmNames[number].map { "OXM_OF_\($0)" }
        case 0x8001: return "OXM_OF_PKT_REG\(number)"
        case 0x1000: return number == 1 ? "ERICOXM_OF_ICMPV6_ND_RESERVED" : "ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE"
        case 0xffff where header.experimenter == 0x2320:
            return Self.experimenterNames[number].map { "NXOXM_ET_\($0)" }
        case 0xffff: return Self.oxmNames[number].map { "ONFOXM_ET_\($0)" }
        default: return nil
        }
    }

    private static let nxmNames = [
        "IN_PORT", "ETH_DST", "ETH_SRC", "ETH_TYPE", "VLAN_TCI", "IP_TOS", "IP_PROTO", "IP_SRC", "IP_DST", "TCP_SRC",
        "TCP_DST", "UDP_SRC", "UDP_DST", "ICMP_TYPE", "ICMP_CODE", "ARP_OP", "ARP_SPA", "ARP_TPA",
    ]

    private static let niciraNames: [Int: String] = [
        16: "TUN_ID", 17: "ARP_SHA", 18: "ARP_THA", 19: "IPV6_SRC", 20: "IPV6_DST", 21: "ICMPV6_TYPE",
        22: "ICMPV6_CODE", 23: "ND_TARGET", 24: "ND_SLL", 25: "ND_TLL", 26: "IP_FRAG", 27: "IPV6_LABEL", 28: "IP_ECN",
        29: "IP_TTL", 30: "MPLS_TTL", 31: "TUN_IPV4_SRC", 32: "TUN_IPV4_DST", 33: "PKT_MARK", 34: "TCP_FLAGS",
        35: "DP_HASH", 36: "RECIRC_ID", 37: "CONJ_ID", 38: "TUN_GBP_ID", 39: "TUN_GBP_FLAGS", 104: "TUN_FLAGS",
        105: "CT_STATE", 106: "CT_ZONE", 107: "CT_MARK", 108: "CT_LABEL", 109: "TUN_IPV6_SRC", 110: "TUN_IPV6_DST",
        119: "CT_NW_PROTO", 120: "CT_NW_SRC", 121: "CT_NW_DST", 122: "CT_IPV6_SRC", 123: "CT_IPV6_DST",
        124: "CT_TP_SRC", 125: "CT_TP_DST",
    ]

    private static let oxmNames: [Int: String] = [
        0: "IN_PORT", 2: "METADATA", 3: "ETH_DST", 4: "ETH_SRC", 5: "ETH_TYPE", 6: "VLAN_VID", 7: "VLAN_PCP",
        8: "IP_DSCP", 9: "IP_ECN", 10: "IP_PROTO", 11: "IPV4_SRC", 12: "IPV4_DST", 13: "TCP_SRC", 14: "TCP_DST",
        15: "UDP_SRC", 16: "UDP_DST", 17: "SCTP_SRC", 18: "SCTP_DST", 34: "MPLS_LABEL", 35: "MPLS_TC", 36: "MPLS_BOS",
        37: "PBB_ISID", 38: "TUNNEL_ID", 39: "IPV6_EXTHDR", 41: "PBB_UCA", 42: "TCP_FLAGS", 43: "ACTSET_OUTPUT",
        44: "PACKET_TYPE",
    ]

    private static let experimenterNames: [Int: String] = [
        0: "DP_HASH", 11: "ERSPAN_IDX", 12: "ERSPAN_VER", 13: "ERSPAN_DIR", 14: "ERSPAN_HWID", 15: "GTPU_FLAGS",
        16: "GTPU_MSGTYPE",
    ]
}
