/// The fields of a key under a mask, each as `name=value`, `name=value/mask`, or nil if it does not count.
struct FlowFormatWriter {
    let key: FlowKey
    let mask: FlowMask
    /// Whether fields that do not count are there too, under a mask of zero.
    var showsAll = false

    func mac(_ name: String, _ offset: Int) -> String? {
        let bits = mask.mac(offset)
        guard !bits.isZero || showsAll else { return nil }
        return "\(name)=\(key.mac(offset))" + (bits.isBroadcast ? "" : "/\(bits)")
    }

    func u8(_ name: String, _ offset: Int, hex: Bool = false) -> String? {
        guard mask.u8(offset) != 0 || showsAll else { return nil }
        return "\(name)=" + number(key.u8(offset), mask.u8(offset), hex: hex)
    }

    func u16(_ name: String, _ offset: Int) -> String? {
        guard mask.u16(offset) != 0 || showsAll else { return nil }
        return "\(name)=" + number(key.u16(offset), mask.u16(offset))
    }

    private func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ value: Number, _ bits: Number, hex: Bool = false
    ) -> String {
        DatapathFlowFormat.number(value, bits, hex: hex) + (bits == 0 ? "/0" : "")
    }

    /// An ICMP type or code: a 16-bit place for a number of 8 bits.
    func icmp(_ name: String, _ offset: Int) -> String? {
        let bits = UInt8(truncatingIfNeeded: mask.u16(offset))
        guard bits != 0 || showsAll else { return nil }
        return "\(name)=" + number(UInt8(truncatingIfNeeded: key.u16(offset)), bits)
    }

    func ipv4(_ name: String, _ offset: Int) -> String? {
        let bits = mask.u32(offset)
        guard bits != 0 || showsAll else { return nil }
        return "\(name)=\(IPv4Address(number: key.u32(offset)))"
            + (bits == .max ? "" : "/\(IPv4Address(number: bits))")
    }

    func ipv6(_ name: String, _ offset: Int) -> String? {
        let bits = address(mask, offset)
        guard bits.high | bits.low != 0 || showsAll else { return nil }
        return "\(name)=\(address(key, offset))" + (bits.high & bits.low == .max ? "" : "/\(bits)")
    }

    private func address(_ key: FlowKey, _ offset: Int) -> IPv6Address {
        IPv6Address(high: key[offset >> 3].bigEndian, low: key[offset >> 3 + 1].bigEndian)
    }

    /// Layers 3 and 4.
    func network() -> [String] {
        switch key.u16(FlowField.ethernetType) {
        case EtherType.ipv4:
            return DatapathFlowFormat.group(
                "ipv4",
                [
                    ipv4("src", FlowField.ipv4Source), ipv4("dst", FlowField.ipv4Destination),
                    u8("proto", FlowField.networkProtocol), u8("tos", FlowField.networkTOS, hex: true),
                    u8("ttl", FlowField.networkTTL), fragment(),
                ]) + transport()
        case EtherType.ipv6:
            return DatapathFlowFormat.group(
                "ipv6",
                [
                    ipv6("src", FlowField.ipv6Source), ipv6("dst", FlowField.ipv6Destination), label(),
                    u8("proto", FlowField.networkProtocol), u8("tclass", FlowField.networkTOS, hex: true),
                    u8("hlimit", FlowField.networkTTL), fragment(),
                ]) + transport()
        case EtherType.arp, EtherType.rarp:
            return DatapathFlowFormat.group(
                "arp",
                [
                    ipv4("sip", FlowField.ipv4Source), ipv4("tip", FlowField.ipv4Destination),
                    u8("op", FlowField.networkProtocol), mac("sha", FlowField.arpSourceHardware),
                    mac("tha", FlowField.arpTargetHardware),
                ])
        case EtherType.mplsUnicast, EtherType.mplsMulticast:
            return mpls()
        default:
            return []
        }
    }

    private func transport() -> [String] {
        let proto = key.u8(FlowField.networkProtocol)
        let ports = [u16("src", FlowField.transportSource), u16("dst", FlowField.transportDestination)]
        let types = [icmp("type", FlowField.transportSource), icmp("code", FlowField.transportDestination)]
        switch proto {
        case IPProtocol.tcp: return DatapathFlowFormat.group("tcp", ports) + tcpFlags()
        case IPProtocol.udp: return DatapathFlowFormat.group("udp", ports)
        case IPProtocol.sctp: return DatapathFlowFormat.group("sctp", ports)
        case IPProtocol.icmp where key.u16(FlowField.ethernetType) == EtherType.ipv4:
            return DatapathFlowFormat.group("icmp", types)
        case IPProtocol.icmpv6 where key.u16(FlowField.ethernetType) == EtherType.ipv6:
            let isDiscovery = [135, 136].contains(key.u16(FlowField.transportSource))
            return DatapathFlowFormat.group("icmpv6", types)
                + (isDiscovery
                    ? DatapathFlowFormat.group(
                        "nd",
                        [
                            ipv6("target", FlowField.ndTarget), mac("sll", FlowField.arpSourceHardware),
                            mac("tll", FlowField.arpTargetHardware),
                        ]) + discoveryExtensions() : [])
        default: return []
        }
    }

    private func fragment() -> String? {
        let bits = mask.u8(FlowField.networkFragment) & 3
        guard bits != 0 else { return nil }
        let value = key.u8(FlowField.networkFragment)
        guard value & FlowField.fragmentAny != 0 else { return "frag=no" }
        return value & FlowField.fragmentLater != 0 ? "frag=later" : "frag=first"
    }

    private func label() -> String? {
        let bits = mask.u32(FlowField.ipv6Label) & 0xf_ffff
        if bits == 0 { return showsAll ? "label=" + number(key.u32(FlowField.ipv6Label), 0, hex: true) : nil }
        let text = "label=" + DatapathFlowFormat.number(key.u32(FlowField.ipv6Label), .max, hex: true)
        return bits == 0xf_ffff ? text : text + "/0x" + String(bits, radix: 16)
    }

    private func tcpFlags() -> [String] {
        let bits = mask.u16(FlowField.tcpFlags) & 0xfff
        guard bits != 0 else { return showsAll ? ["tcp_flags(0/0)"] : [] }
        let value = UInt32(key.u16(FlowField.tcpFlags))
        return ["tcp_flags(\(FlagNames.tcp.format(value, mask: UInt32(bits))))"]
    }

    /// Each label stack entry; where not all bits of all entries count, every part has its mask.
    private func mpls() -> [String] {
        var entries: [(value: UInt32, bits: UInt32)] = []
        for offset in [FlowField.mplsEntry0, FlowField.mplsEntry1, FlowField.mplsEntry2] {
            entries.append((key.u32(offset), mask.u32(offset)))
            if key.u32(offset) & 0x100 != 0 { break }
        }
        guard entries.contains(where: { $0.bits != 0 }) else { return [] }
        let isExact = entries.allSatisfy { $0.bits == .max }
        let parts = entries.map { entry in
            let (value, bits) = entry
            let whole = [
                ("label", value >> 12), ("tc", value >> 9 & 7), ("ttl", value & 0xff), ("bos", value >> 8 & 1),
            ]
            if isExact { return whole.map { "\($0.0)=\($0.1)" }.joined(separator: ",") }
            return "label=\(value >> 12)/0x\(String(bits >> 12, radix: 16)),tc=\(value >> 9 & 7)/\(bits >> 9 & 7),"
                + "ttl=\(value & 0xff)/0x\(String(bits & 0xff, radix: 16)),bos=\(value >> 8 & 1)/\(bits >> 8 & 1)"
        }
        return ["mpls(\(parts.joined(separator: ",")))"]
    }

    /// The tunnel that the packet came through.
    func tunnel() -> [String] {
        if showsAll, (FlowField.tunnelID >> 3..<FlowKey.wordCount).allSatisfy({ mask[$0] == 0 }) { return [] }
        var parts: [String?] = []
        let word = FlowField.tunnelID >> 3
        if mask[word] != 0 {
            let identifier = TextNumber.hex(key[word])
            parts.append("tun_id=" + (mask[word] == .max ? identifier : identifier + "/" + TextNumber.hex(mask[word])))
        }
        parts += [ipv4("src", FlowField.tunnelIPv4Source), ipv4("dst", FlowField.tunnelIPv4Destination)]
        parts += [ipv6("ipv6_src", FlowField.tunnelIPv6Source), ipv6("ipv6_dst", FlowField.tunnelIPv6Destination)]
        parts += [u8("tos", FlowField.tunnelTOS, hex: true), u8("ttl", FlowField.tunnelTTL)]
        let flags = UInt32(mask.u8(FlowField.tunnelFlags)) & 0xf
        if flags != 0 {
            let value = UInt32(key.u8(FlowField.tunnelFlags)) & 0xf
            parts.append("flags(\(FlagNames.tunnelInternal.format(value, mask: flags)))")
        }
        return DatapathFlowFormat.group("tunnel", parts)
    }

    /// Reserved bits and options of a neighbour discovery message.
    func discoveryExtensions() -> [String] {
        var parts: [String?] = []
        let reserved = mask.u32(FlowField.ndReserved)
        if reserved != 0 { parts.append("nd_reserved=" + TextNumber.hex(key.u32(FlowField.ndReserved), digits: 8)) }
        parts.append(icmp("nd_options_type", FlowField.ndOptionsType))
        return DatapathFlowFormat.group("nd_ext", parts)
    }
}
