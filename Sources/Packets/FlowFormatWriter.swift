/// The fields of a key under a mask, each as `name=value`, `name=value/mask`, or nil if it does not count.
struct FlowFormatWriter {
    let key: FlowKey
    let mask: FlowMask

    func mac(_ name: String, _ offset: Int) -> String? {
        let bits = mask.mac(offset)
        guard !bits.isZero else { return nil }
        return "\(name)=\(key.mac(offset))" + (bits.isBroadcast ? "" : "/\(bits)")
    }

    func u8(_ name: String, _ offset: Int, hex: Bool = false) -> String? {
        guard mask.u8(offset) != 0 else { return nil }
        return "\(name)=" + DatapathFlowFormat.number(key.u8(offset), mask.u8(offset), hex: hex)
    }

    func u16(_ name: String, _ offset: Int) -> String? {
        guard mask.u16(offset) != 0 else { return nil }
        return "\(name)=" + DatapathFlowFormat.number(key.u16(offset), mask.u16(offset))
    }

    /// An ICMP type or code: a 16-bit place for a number of 8 bits.
    func icmp(_ name: String, _ offset: Int) -> String? {
        let bits = UInt8(truncatingIfNeeded: mask.u16(offset))
        guard bits != 0 else { return nil }
        return "\(name)=" + DatapathFlowFormat.number(UInt8(truncatingIfNeeded: key.u16(offset)), bits)
    }

    func ipv4(_ name: String, _ offset: Int) -> String? {
        let bits = mask.u32(offset)
        guard bits != 0 else { return nil }
        return "\(name)=\(IPv4Address(number: key.u32(offset)))"
            + (bits == .max ? "" : "/\(IPv4Address(number: bits))")
    }

    func ipv6(_ name: String, _ offset: Int) -> String? {
        let bits = address(mask, offset)
        guard bits.high | bits.low != 0 else { return nil }
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
                        ]) : [])
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
        guard bits != 0 else { return nil }
        let text = "label=0x" + String(key.u32(FlowField.ipv6Label), radix: 16)
        return bits == 0xf_ffff ? text : text + "/0x" + String(bits, radix: 16)
    }

    private func tcpFlags() -> [String] {
        let bits = mask.u16(FlowField.tcpFlags) & 0xfff
        guard bits != 0 else { return [] }
        let value = key.u16(FlowField.tcpFlags)
        let names = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"]
        func list(_ bits: UInt16) -> [String] { names.indices.filter { bits >> UInt16($0) & 1 != 0 }.map { names[$0] } }
        if bits == 0xfff {
            let set = list(value)
            return ["tcp_flags(\(set.isEmpty ? "0" : set.joined(separator: "|")))"]
        }
        let signed = list(bits).map { name in (list(value).contains(name) ? "+" : "-") + name }
        return ["tcp_flags(\(signed.joined()))"]
    }

    private func mpls() -> [String] {
        let bits = mask.u32(FlowField.mplsEntry0)
        guard bits != 0 else { return [] }
        let entry = key.u32(FlowField.mplsEntry0)
        func part(_ name: String, _ shift: UInt32, _ full: UInt32) -> String? {
            let own = bits >> shift & full
            guard own != 0 else { return nil }
            return "\(name)=" + DatapathFlowFormat.number(entry >> shift & full, own, full: full)
        }
        return DatapathFlowFormat.group(
            "mpls", [part("label", 12, 0xf_ffff), part("tc", 9, 7), part("ttl", 0, 0xff), part("bos", 8, 1)])
    }
}
