import Packets

/// The words that stand for an Ethernet type and perhaps a protocol, such as `tcp6` (OVS: ofp_parse_protocol).
struct ProtocolName {
    let type: UInt16
    /// 0: any.
    let number: UInt8

    static func named(_ name: some StringProtocol) -> ProtocolName? {
        switch name {
        case "ip", "ipv4", "ip4": ProtocolName(type: EtherType.ipv4, number: 0)
        case "arp": ProtocolName(type: EtherType.arp, number: 0)
        case "icmp": ProtocolName(type: EtherType.ipv4, number: IPProtocol.icmp)
        case "tcp": ProtocolName(type: EtherType.ipv4, number: IPProtocol.tcp)
        case "udp": ProtocolName(type: EtherType.ipv4, number: IPProtocol.udp)
        case "sctp": ProtocolName(type: EtherType.ipv4, number: IPProtocol.sctp)
        case "ipv6", "ip6": ProtocolName(type: EtherType.ipv6, number: 0)
        case "icmp6": ProtocolName(type: EtherType.ipv6, number: IPProtocol.icmpv6)
        case "tcp6": ProtocolName(type: EtherType.ipv6, number: IPProtocol.tcp)
        case "udp6": ProtocolName(type: EtherType.ipv6, number: IPProtocol.udp)
        case "sctp6": ProtocolName(type: EtherType.ipv6, number: IPProtocol.sctp)
        case "rarp": ProtocolName(type: EtherType.rarp, number: 0)
        case "mpls": ProtocolName(type: EtherType.mplsUnicast, number: 0)
        case "mplsm": ProtocolName(type: EtherType.mplsMulticast, number: 0)
        default: nil
        }
    }
}
