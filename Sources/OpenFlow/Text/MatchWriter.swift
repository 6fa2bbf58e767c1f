import Packets

/// The parts of ``MatchFormat``, in the order in which they are printed.
struct MatchWriter {
    let key: FlowKey
    let mask: FlowMask
    var fields: [String] = []
    /// Whether it is a packet, all of which is told.
    var isPacket = false

    private var type: UInt16 { key.u16(FlowField.ethernetType) }
    private var number: UInt8 { key.u8(FlowField.networkProtocol) }
    private var isIP: Bool { type == EtherType.ipv4 || type == EtherType.ipv6 }
    private var isARP: Bool { type == EtherType.arp || type == EtherType.rarp }

    init(key: FlowKey, mask: FlowMask) {
        self.key = key
        self.mask = mask
    }

    // MARK: Numbers

    /// `%#x`, and the mask likewise.
    private mutating func host(_ name: String, _ offset: Int) {
        let bits = mask.host32(offset)
        guard bits != 0 else { return }
        let value = TextNumber.alternateHex(key.host32(offset))
        fields.append("\(name)=\(value)" + (bits == .max ? "" : "/" + TextNumber.alternateHex(bits)))
    }

    private mutating func host64(_ name: String, _ word: Int) {
        guard mask[word] != 0 else { return }
        let value = TextNumber.alternateHex(key[word])
        fields.append("\(name)=\(value)" + (mask[word] == .max ? "" : "/" + TextNumber.alternateHex(mask[word])))
    }

    /// Decimal, or value and mask in hexadecimal.
    private mutating func number16(_ name: String, _ value: UInt16, _ bits: UInt16) {
        guard bits != 0 else { return }
        fields.append(
            "\(name)=" + (bits == .max ? String(value) : "\(TextNumber.hex(value))/\(TextNumber.hex(bits))"))
    }

    private mutating func wire16(_ name: String, _ offset: Int) {
        number16(name, key.u16(offset), mask.u16(offset))
    }

    private mutating func wire32(_ name: String, _ offset: Int) {
        let bits = mask.u32(offset)
        guard bits != 0 else { return }
        let value = key.u32(offset)
        fields.append(
            "\(name)="
                + (bits == .max
                    ? String(value) : "\(TextNumber.hex(value, digits: 8))/\(TextNumber.hex(bits, digits: 8))"))
    }

    private mutating func ethernet(_ name: String, _ offset: Int) {
        guard !mask.mac(offset).isZero else { return }
        fields.append("\(name)=" + FieldText.ethernet(key.mac(offset), mask.mac(offset)))
    }

    private mutating func ipv4(_ name: String, _ offset: Int) {
        guard mask.u32(offset) != 0 else { return }
        fields.append("\(name)=" + FieldText.ipv4(key.u32(offset), mask.u32(offset)))
    }

    private mutating func ipv6(_ name: String, _ offset: Int) {
        let word = offset >> 3
        func number(_ key: FlowKey) -> UInt128 { UInt128(key[word].bigEndian) << 64 | UInt128(key[word + 1].bigEndian) }
        guard number(mask) != 0 else { return }
        fields.append("\(name)=" + FieldText.ipv6(number(key), number(mask)))
    }

    /// A byte in host order within the key, told where any of it counts.
    private mutating func byte(_ name: String, _ offset: Int, hex: Bool = false) {
        guard mask.u8(offset) != 0 else { return }
        fields.append("\(name)=" + (hex ? TextNumber.alternateHex(key.u8(offset)) : String(key.u8(offset))))
    }

    /// As OVS 3.1: of a match a zero is not told, though it counts.
    private mutating func nonzero(_ name: String, _ offset: Int, hex: Bool = false) {
        if isPacket || key.u8(offset) != 0 { byte(name, offset, hex: hex) }
    }

    // MARK: Parts

    mutating func writeMetadata(_ portName: FieldText.PortName) {
        host("pkt_mark", FlowField.packetMark)
        host("recirc_id", FlowField.recircID)
        host("dp_hash", FlowField.datapathHash)
        if mask.host32(FlowField.conjunctionID) != 0 {
            fields.append("conj_id=\(key.host32(FlowField.conjunctionID))")
        }
        if mask.host32(FlowField.skbPriority) != 0 {
            fields.append("skb_priority=" + TextNumber.alternateHex(key.host32(FlowField.skbPriority)))
        }
        if mask.host32(FlowField.actionSetOutput) != 0 {
            let port = OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: key.host32(FlowField.actionSetOutput)))
            fields.append("actset_output=" + port.text(portName))
        }
        writeTracking()
        let bits = mask.host32(FlowField.packetType)
        let isDefault = key.host32(FlowField.packetType) == 0 && bits == .max
        // A cache's flow, told by its recirculation ID, says that it is for Ethernet.
        if bits != 0, !isDefault || mask.host32(FlowField.recircID) != 0 {
            fields.append(FieldText.packetType(key.host32(FlowField.packetType), mask: bits))
        }
    }

    private mutating func writeTracking() {
        let state = mask.host32(FlowField.ctState)
        if state != 0 {
            fields.append("ct_state=" + FlagNames.connection.format(key.host32(FlowField.ctState), mask: state))
        }
        let zone = FlowField.ctZone >> 3
        number16("ct_zone", UInt16(truncatingIfNeeded: key[zone]), UInt16(truncatingIfNeeded: mask[zone]))
        host("ct_mark", FlowField.ctMark)
        if let label = MatchField.named("ct_label"), !label.isWild(in: mask) {
            fields.append("ct_label=" + FieldText.format(label, label.get(key), mask: label.get(mask)))
        }
        ipv4("ct_nw_src", FlowField.ctIPv4Source)
        ipv6("ct_ipv6_src", FlowField.ctIPv6Source)
        ipv4("ct_nw_dst", FlowField.ctIPv4Destination)
        ipv6("ct_ipv6_dst", FlowField.ctIPv6Destination)
        if mask.u8(FlowField.ctNetworkProtocol) != 0 {
            byte("ct_nw_proto", FlowField.ctNetworkProtocol)
            wire16("ct_tp_src", FlowField.ctTransportSource)
            wire16("ct_tp_dst", FlowField.ctTransportDestination)
        }
    }

    /// The word for type and protocol that matches know, such as `tcp6`; nil: there is none.
    private var kind: (word: String, saysProtocol: Bool)? {
        guard mask.u16(FlowField.ethernetType) != 0 else { return nil }
        let hasNumber = mask.u8(FlowField.networkProtocol) != 0
        switch type {
        case EtherType.ipv4:
            let words: [UInt8: String] = [
                IPProtocol.icmp: "icmp", IPProtocol.tcp: "tcp", IPProtocol.udp: "udp", IPProtocol.sctp: "sctp",
            ]
            if hasNumber, let word = words[number] { return (word, true) }
            return ("ip", false)
        case EtherType.ipv6:
            let words: [UInt8: String] = [
                IPProtocol.icmpv6: "icmp6", IPProtocol.tcp: "tcp6", IPProtocol.udp: "udp6", IPProtocol.sctp: "sctp6",
            ]
            if hasNumber, let word = words[number] { return (word, true) }
            return ("ipv6", false)
        case EtherType.arp: return ("arp", false)
        case EtherType.rarp: return ("rarp", false)
        case EtherType.mplsUnicast: return ("mpls", false)
        case EtherType.mplsMulticast: return ("mplsm", false)
        default: return nil
        }
    }

    mutating func writeKind() {
        if let kind { fields.append(kind.word) }
    }

    mutating func writeRegistersAndTunnel(_ options: TunnelOptions?) {
        for register in 0..<16 { host("reg\(register)", FlowField.registers + 4 * register) }
        host64("tun_id", FlowField.tunnelID >> 3)
        ipv4("tun_src", FlowField.tunnelIPv4Source)
        ipv4("tun_dst", FlowField.tunnelIPv4Destination)
        ipv6("tun_ipv6_src", FlowField.tunnelIPv6Source)
        ipv6("tun_ipv6_dst", FlowField.tunnelIPv6Destination)
        let group = (key.host32(FlowField.tunnelGBPID), mask.host32(FlowField.tunnelGBPID))
        number16("tun_gbp_id", UInt16(truncatingIfNeeded: group.0), UInt16(truncatingIfNeeded: group.1))
        byte("tun_gbp_flags", FlowField.tunnelGBPFlags, hex: true)
        if mask.u8(FlowField.tunnelTOS) != 0 {
            fields.append("tun_tos=" + String(key.u8(FlowField.tunnelTOS), radix: 16))
        }
        byte("tun_ttl", FlowField.tunnelTTL)
        nonzero("tun_erspan_ver", FlowField.tunnelERSPANVersion)
        let version = key.u8(FlowField.tunnelERSPANVersion)
        if mask.host32(FlowField.tunnelERSPANIndex) != 0, key.host32(FlowField.tunnelERSPANIndex) != 0, version == 1 {
            fields.append("tun_erspan_idx=" + TextNumber.alternateHex(key.host32(FlowField.tunnelERSPANIndex)))
        }
        if version == 2 {
            nonzero("tun_erspan_dir", FlowField.tunnelERSPANDirection)
            nonzero("tun_erspan_hwid", FlowField.tunnelERSPANHardwareID, hex: true)
        }
        nonzero("gtpu_flags", FlowField.tunnelGTPUFlags, hex: true)
        nonzero("gtpu_msgtype", FlowField.tunnelGTPUMessageType)
        let flags = UInt32(mask.u8(FlowField.tunnelFlags))
        if flags & 0xf != 0 {
            fields.append(
                "tun_flags="
                    + FlagNames.tunnelInternal.format(UInt32(key.u8(FlowField.tunnelFlags)) & 0xf, mask: flags & 0xf))
        }
        for field in options?.fields(in: mask) ?? [] { option(field) }
        host64("metadata", FlowField.metadata >> 3)
    }

    /// That there is one goes without saying where it has a value; NP: there is none.
    private mutating func option(_ field: MatchField) {
        let bits = field.value(in: mask)
        if field.isWild(in: key) {
            fields.append("\(field.name)=NP")
        } else if bits.isZero {
            fields.append(field.name)
        } else {
            fields.append("\(field.name)=" + FieldText.option(field.value(in: key), bits, field))
        }
    }

    mutating func writeInPort(_ portName: FieldText.PortName) {
        guard mask.host32(FlowField.inPort) != 0 else { return }
        let port = OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: key.host32(FlowField.inPort)))
        fields.append("in_port=" + port.text(portName))
    }

    mutating func writeEthernet() {
        for (tci, suffix) in [(FlowField.outerTCI, ""), (FlowField.innerTCI, "1")] {
            guard mask.u16(tci) != 0 else { break }
            writeTag(key.u16(tci), mask.u16(tci), suffix)
        }
        ethernet("dl_src", FlowField.ethernetSource)
        ethernet("dl_dst", FlowField.ethernetDestination)
        if kind == nil, mask.u16(FlowField.ethernetType) != 0 {
            fields.append("dl_type=" + TextNumber.hex(type, digits: 4))
        }
        if type == EtherType.pbb { writeServiceTag() }
    }

    private mutating func writeTag(_ tci: UInt16, _ bits: UInt16, _ suffix: String) {
        let vid = bits & 0xfff
        let priority = bits >> 13
        let isPresent = bits & tci & FlowField.vlanPresent != 0
        if isPresent, vid == 0 || vid == 0xfff, priority == 0 || priority == 7, vid | priority != 0 {
            if vid != 0 { fields.append("dl_vlan\(suffix)=\(tci & 0xfff)") }
            if priority != 0 { fields.append("dl_vlan_pcp\(suffix)=\(tci >> 13)") }
        } else {
            let value = "vlan_tci\(suffix)=" + TextNumber.hex(tci, digits: 4)
            fields.append(bits == .max ? value : value + "/" + TextNumber.hex(bits, digits: 4))
        }
    }

    /// Not in OVS, which knows no such fields.
    private mutating func writeServiceTag() {
        for name in ["pbb_isid", "pbb_uca"] {
            guard let field = MatchField.named(name), !field.isWild(in: mask) else { continue }
            fields.append("\(name)=" + FieldText.format(field, field.get(key), mask: field.get(mask)))
        }
    }

    mutating func writeNetwork() {
        if type == EtherType.ipv6 {
            ipv6("ipv6_src", FlowField.ipv6Source)
            ipv6("ipv6_dst", FlowField.ipv6Destination)
            let bits = mask.u32(FlowField.ipv6Label)
            if bits != 0 {
                let value = "ipv6_label=" + TextNumber.hex(key.u32(FlowField.ipv6Label), digits: 5)
                fields.append(
                    bits & 0xf_ffff == 0xf_ffff ? value : value + "/" + TextNumber.hex(bits, digits: 5))
            }
            if let field = MatchField.named("ipv6_exthdr"), !field.isWild(in: mask) {
                fields.append("ipv6_exthdr=" + FieldText.format(field, field.get(key), mask: field.get(mask)))
            }
        } else {
            ipv4(isARP ? "arp_spa" : "nw_src", FlowField.ipv4Source)
            ipv4(isARP ? "arp_tpa" : "nw_dst", FlowField.ipv4Destination)
        }
        if kind?.saysProtocol != true, mask.u8(FlowField.networkProtocol) != 0 {
            fields.append((isARP ? "arp_op" : "nw_proto") + "=\(number)")
        }
        if isARP {
            ethernet("arp_sha", FlowField.arpSourceHardware)
            ethernet("arp_tha", FlowField.arpTargetHardware)
        }
        let tos = (key.u8(FlowField.networkTOS), mask.u8(FlowField.networkTOS))
        if tos.1 & 0xfc != 0 { fields.append("nw_tos=\(tos.0 & 0xfc)") }
        if tos.1 & 3 != 0 { fields.append("nw_ecn=\(tos.0 & 3)") }
        byte("nw_ttl", FlowField.networkTTL)
    }

    mutating func writeMPLS() {
        if type == EtherType.mplsUnicast || type == EtherType.mplsMulticast {
            let bits = mask.u32(FlowField.mplsEntry0)
            let entry = key.u32(FlowField.mplsEntry0)
            if bits >> 12 != 0 { fields.append("mpls_label=\(entry >> 12)") }
            if bits >> 9 & 7 != 0 { fields.append("mpls_tc=\(entry >> 9 & 7)") }
            if bits & 0xff != 0 { fields.append("mpls_ttl=\(entry & 0xff)") }
            if bits & 0x100 != 0 { fields.append("mpls_bos=\(entry >> 8 & 1)") }
            wire32("mpls_lse1", FlowField.mplsEntry1)
            wire32("mpls_lse2", FlowField.mplsEntry2)
        }
        let fragment = mask.u8(FlowField.networkFragment) & 3
        if fragment != 0 {
            fields.append("nw_frag=" + FieldText.fragment(key.u8(FlowField.networkFragment), mask: fragment))
        }
    }

    mutating func writeTransport() {
        let isICMPv6 = type == EtherType.ipv6 && number == IPProtocol.icmpv6
        let isICMP = isICMPv6 || type == EtherType.ipv4 && number == IPProtocol.icmp
        wire16(isICMP ? "icmp_type" : "tp_src", FlowField.transportSource)
        wire16(isICMP ? "icmp_code" : "tp_dst", FlowField.transportDestination)
        if isICMPv6 {
            ipv6("nd_target", FlowField.ndTarget)
            ethernet("nd_sll", FlowField.arpSourceHardware)
            ethernet("nd_tll", FlowField.arpTargetHardware)
            wire32("nd_reserved", FlowField.ndReserved)
            wire16("nd_options_type", FlowField.ndOptionsType)
        }
        let flags = UInt32(mask.u16(FlowField.tcpFlags)) & 0xfff
        if isIP, number == IPProtocol.tcp, flags != 0 {
            fields.append("tcp_flags=" + FlagNames.tcp.format(UInt32(key.u16(FlowField.tcpFlags)), mask: flags))
        }
    }
}
