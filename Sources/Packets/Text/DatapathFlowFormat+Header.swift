extension DatapathFlowFormat {
    /// A header as the datapath's actions name it.
    public enum Header: String, Sendable {
        case ethernet = "eth"
        case ipv4, ipv6, arp, tcp, udp, sctp
        case icmpv4 = "icmp"
        case icmpv6
        case neighborDiscovery = "nd"
        case mpls
    }

    /// The fields of one header under a mask, as in `set(ipv4(ttl=63))`: `ipv4(ttl=63)`.
    public static func describe(_ header: Header, _ key: FlowKey, mask: FlowMask) -> String {
        let writer = FlowFormatWriter(key: key, mask: mask)
        return "\(header.rawValue)(\(fields(of: header, writer).compactMap { $0 }.joined(separator: ",")))"
    }

    private static func fields(of header: Header, _ writer: FlowFormatWriter) -> [String?] {
        switch header {
        case .ethernet:
            [writer.mac("src", FlowField.ethernetSource), writer.mac("dst", FlowField.ethernetDestination)]
        case .ipv4:
            [
                writer.ipv4("src", FlowField.ipv4Source), writer.ipv4("dst", FlowField.ipv4Destination),
                writer.u8("proto", FlowField.networkProtocol), writer.u8("tos", FlowField.networkTOS, hex: true),
                writer.u8("ttl", FlowField.networkTTL),
            ]
        case .ipv6:
            [
                writer.ipv6("src", FlowField.ipv6Source), writer.ipv6("dst", FlowField.ipv6Destination),
                label(writer), writer.u8("proto", FlowField.networkProtocol),
                writer.u8("tclass", FlowField.networkTOS, hex: true), writer.u8("hlimit", FlowField.networkTTL),
            ]
        case .arp:
            [
                writer.ipv4("sip", FlowField.ipv4Source), writer.ipv4("tip", FlowField.ipv4Destination),
                writer.u8("op", FlowField.networkProtocol), writer.mac("sha", FlowField.arpSourceHardware),
                writer.mac("tha", FlowField.arpTargetHardware),
            ]
        case .tcp, .udp, .sctp:
            [writer.u16("src", FlowField.transportSource), writer.u16("dst", FlowField.transportDestination)]
        case .icmpv4, .icmpv6:
            [writer.icmp("type", FlowField.transportSource), writer.icmp("code", FlowField.transportDestination)]
        case .neighborDiscovery:
            [
                writer.ipv6("target", FlowField.ndTarget), writer.mac("sll", FlowField.arpSourceHardware),
                writer.mac("tll", FlowField.arpTargetHardware),
            ]
        case .mpls: labels(writer)
        }
    }

    private static func label(_ writer: FlowFormatWriter) -> String? {
        let bits = writer.mask.u32(FlowField.ipv6Label) & 0xf_ffff
        guard bits != 0 else { return nil }
        return "label=" + number(writer.key.u32(FlowField.ipv6Label) & 0xf_ffff, bits, full: 0xf_ffff, hex: true)
    }

    private static func labels(_ writer: FlowFormatWriter) -> [String?] {
        let bits = writer.mask.u32(FlowField.mplsEntry0)
        let entry = writer.key.u32(FlowField.mplsEntry0)
        return [("label", 12, 0xf_ffff), ("tc", 9, 7), ("ttl", 0, 0xff), ("bos", 8, 1)].map {
            (name: String, shift: UInt32, full: UInt32) -> String? in
            let own = bits >> shift & full
            return own == 0 ? nil : "\(name)=" + number(entry >> shift & full, own, full: full)
        }
    }
}
