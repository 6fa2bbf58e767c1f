/// A field within an attribute of a datapath flow's text, such as `src` of `eth(src=…,dst=…)`.
struct DatapathFlowField {
    enum Kind { case mac, ipv4, ipv6, u8, u16, u32, label, fragment, small }

    let name: String
    let kind: Kind
    let offset: Int

    private init(_ name: String, _ kind: Kind, _ offset: Int) {
        self.name = name
        self.kind = kind
        self.offset = offset
    }

    /// The fields of an attribute; nil: there is none of this name, or it is no list of fields.
    static func fields(of attribute: String) -> [DatapathFlowField]? {
        let ports = [
            DatapathFlowField("src", .u16, FlowField.transportSource),
            DatapathFlowField("dst", .u16, FlowField.transportDestination),
        ]
        let types = [
            DatapathFlowField("type", .small, FlowField.transportSource),
            DatapathFlowField("code", .small, FlowField.transportDestination),
        ]
        switch attribute {
        case "eth":
            return [
                .init("src", .mac, FlowField.ethernetSource), .init("dst", .mac, FlowField.ethernetDestination),
            ]
        case "ipv4":
            return [
                .init("src", .ipv4, FlowField.ipv4Source), .init("dst", .ipv4, FlowField.ipv4Destination),
                .init("proto", .u8, FlowField.networkProtocol), .init("tos", .u8, FlowField.networkTOS),
                .init("ttl", .u8, FlowField.networkTTL), .init("frag", .fragment, FlowField.networkFragment),
            ]
        case "ipv6":
            return [
                .init("src", .ipv6, FlowField.ipv6Source), .init("dst", .ipv6, FlowField.ipv6Destination),
                .init("label", .label, FlowField.ipv6Label), .init("proto", .u8, FlowField.networkProtocol),
                .init("tclass", .u8, FlowField.networkTOS), .init("hlimit", .u8, FlowField.networkTTL),
                .init("frag", .fragment, FlowField.networkFragment),
            ]
        case "tcp", "udp", "sctp": return ports
        case "icmp", "icmpv6": return types
        case "arp":
            return [
                .init("sip", .ipv4, FlowField.ipv4Source), .init("tip", .ipv4, FlowField.ipv4Destination),
                .init("op", .u8, FlowField.networkProtocol), .init("sha", .mac, FlowField.arpSourceHardware),
                .init("tha", .mac, FlowField.arpTargetHardware),
            ]
        case "nd":
            return [
                .init("target", .ipv6, FlowField.ndTarget), .init("sll", .mac, FlowField.arpSourceHardware),
                .init("tll", .mac, FlowField.arpTargetHardware),
            ]
        case "nd_ext":
            return [
                .init("nd_reserved", .u32, FlowField.ndReserved),
                .init("nd_options_type", .small, FlowField.ndOptionsType),
            ]
        case "tunnel":
            return [
                .init("src", .ipv4, FlowField.tunnelIPv4Source), .init("dst", .ipv4, FlowField.tunnelIPv4Destination),
                .init("ipv6_src", .ipv6, FlowField.tunnelIPv6Source),
                .init("ipv6_dst", .ipv6, FlowField.tunnelIPv6Destination),
                .init("tos", .u8, FlowField.tunnelTOS), .init("ttl", .u8, FlowField.tunnelTTL),
            ]
        default:
            return nil
        }
    }

    /// Reads `value` or `value/mask` into its place.
    func parse(_ text: Substring, into flow: inout DatapathFlowParser.Flow) throws(TextError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let second = parts.count == 2 ? parts[1] : nil
        func part<Value>(_ read: (Substring) -> Value?) throws(TextError) -> (Value, Value?) {
            guard let first = parts.first, let value = read(first) else { throw TextError("\(text)") }
            guard let second else { return (value, nil) }
            guard let mask = read(second) else { throw TextError("\(text)") }
            return (value, mask)
        }
        func number<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) throws(TextError) -> (
            Number, Number
        ) {
            let (value, mask) = try part { TextNumber.parse($0, as: type) }
            return (value, mask ?? .max)
        }
        switch kind {
        case .mac:
            let (value, mask) = try part { MACAddress($0) }
            let bits = (mask ?? .broadcast).wireOrder
            flow.key.setMAC(offset, MACAddress(wireOrder: value.wireOrder & bits))
            flow.mask.setMAC(offset, MACAddress(wireOrder: bits))
        case .ipv4:
            let (value, mask) = try part { IPv4Address($0) }
            flow.putU32(offset, value.number, mask?.number ?? .max)
        case .ipv6:
            let (value, mask) = try part { IPv6Address($0) }
            let bits = mask ?? IPv6Address(high: .max, low: .max)
            for (word, number) in [(0, value.high & bits.high), (1, value.low & bits.low)] {
                flow.key[offset >> 3 + word] = number.bigEndian
            }
            flow.mask[offset >> 3] = bits.high.bigEndian
            flow.mask[offset >> 3 + 1] = bits.low.bigEndian
        case .u8:
            let (value, mask) = try number(UInt8.self)
            flow.putU8(offset, value, mask)
        case .u16:
            let (value, mask) = try number(UInt16.self)
            flow.putU16(offset, value, mask)
        case .small:
            // One byte where a port has two, both of which count if all of it does.
            let (value, mask) = try number(UInt8.self)
            flow.putU16(offset, UInt16(value), mask == .max ? .max : UInt16(mask))
        case .u32:
            let (value, mask) = try number(UInt32.self)
            flow.putU32(offset, value, mask)
        case .label:
            let (value, mask) = try number(UInt32.self)
            guard value <= 0xf_ffff else { throw TextError("\(text)") }
            flow.putU32(offset, value, mask & 0xf_ffff)
        case .fragment:
            switch text {
            case "no": flow.putU8(offset, 0, 3)
            case "first": flow.putU8(offset, FlowField.fragmentAny, 3)
            case "later": flow.putU8(offset, FlowField.fragmentAny | FlowField.fragmentLater, 3)
            default: throw TextError("\(text)")
            }
        }
    }
}
