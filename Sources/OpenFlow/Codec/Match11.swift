import Packets

/// The 88 bytes of version 1.1's match (`struct ofp_match` of type OFPMT_STANDARD; OpenFlow 1.1.0 section A.2.3).
///
/// Its masks have ones where a bit does not count. What it cannot say (IPv6, TTL …) is lost in writing, as in OVS.
enum Match11 {
    static let size = 88

    private enum Wildcard {
        static let inPort: UInt32 = 1 << 0
        static let vlan: UInt32 = 1 << 1
        static let vlanPriority: UInt32 = 1 << 2
        static let ethernetType: UInt32 = 1 << 3
        static let networkTOS: UInt32 = 1 << 4
        static let networkProtocol: UInt32 = 1 << 5
        static let transportSource: UInt32 = 1 << 6
        static let transportDestination: UInt32 = 1 << 7
        static let mplsLabel: UInt32 = 1 << 8
        static let mplsTrafficClass: UInt32 = 1 << 9
    }

    /// `enum ofp_vlan_id` of version 1.1.
    private enum VLAN {
        static let any: UInt16 = 0xfffe
        static let none: UInt16 = 0xffff
    }

    /// Reads a match, its type and length included.
    ///
    /// - Throws: `badMatchType`, `badMatchLength`, `badMatchValue`, `badMatchField`.
    static func decode(_ reader: inout ByteReader) throws(OpenFlowError) -> Match {
        do throws(OpenFlowError) {
            let type = try reader.u16()
            let length = Int(try reader.u16())
            guard type == 0 else { throw OpenFlowError(.badMatchType, "match type \(type)") }
            guard length == size else { throw OpenFlowError(.badMatchLength, "match of \(length) bytes") }
            return try decodeBody(&reader)
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
    }

    private static func decodeBody(_ reader: inout ByteReader) throws(OpenFlowError) -> Match {
        var match = Match()
        let inPort = try reader.u32()
        let wildcards = try reader.u32()
        func counts(_ bit: UInt32) -> Bool { wildcards & bit == 0 }

        if counts(Wildcard.inPort) {
            guard let port = try? OpenFlowPort(wide: inPort) else { throw OpenFlowError(.badMatchValue, "in_port") }
            match.key.setHost32(FlowField.inPort, UInt32(port.rawValue))
            match.mask.setHost32(FlowField.inPort, .max)
        }
        match.set("eth_src", try reader.number(6), mask: ~(try reader.number(6)))
        match.set("eth_dst", try reader.number(6), mask: ~(try reader.number(6)))
        let vlan = try reader.u16()
        let priority = try reader.u8()
        try reader.skip(1)
        if counts(Wildcard.vlan) {
            try setVLAN(vlan, priority: counts(Wildcard.vlanPriority) ? priority : nil, in: &match)
        }
        let type = try reader.u16()
        if counts(Wildcard.ethernetType) { match.set("eth_type", UInt128(type)) }
        try decodeNetwork(&reader, wildcards, &match)
        let label = try reader.u32()
        let trafficClass = try reader.u8()
        try reader.skip(3)
        if match.key.u16(FlowField.ethernetType) == EtherType.mplsUnicast
            || match.key.u16(FlowField.ethernetType) == EtherType.mplsMulticast
        {
            if counts(Wildcard.mplsLabel) { match.set("mpls_label", UInt128(label & 0xf_ffff)) }
            if counts(Wildcard.mplsTrafficClass) { match.set("mpls_tc", UInt128(trafficClass & 7)) }
        }
        match.set("metadata", try reader.number(8), mask: ~(try reader.number(8)))
        return match
    }

    private static func setVLAN(
        _ vlan: UInt16, priority: UInt8?, in match: inout Match
    ) throws(OpenFlowError) {
        let present = FlowField.vlanPresent
        switch vlan {
        case VLAN.none:
            match.set("vlan_tci", 0)
            return
        case VLAN.any:
            match.set("vlan_tci", UInt128(present), mask: UInt128(present))
        case 0..<4096:
            match.set("vlan_tci", UInt128(vlan | present), mask: UInt128(present | 0xfff))
        default:
            throw OpenFlowError(.badMatchValue, "dl_vlan \(vlan)")
        }
        guard let priority else { return }
        guard priority <= 7 else { throw OpenFlowError(.badMatchValue, "dl_vlan_pcp \(priority)") }
        match.set("dl_vlan_pcp", UInt128(priority))
    }

    /// From the type of service to the transport ports, of which only those count that the matched kind of packet has.
    private static func decodeNetwork(
        _ reader: inout ByteReader, _ wildcards: UInt32, _ match: inout Match
    ) throws(OpenFlowError) {
        func counts(_ bit: UInt32) -> Bool { wildcards & bit == 0 }
        let type = match.key.u16(FlowField.ethernetType)
        let isIPv4 = type == EtherType.ipv4
        let isARP = type == EtherType.arp || type == EtherType.rarp
        let tos = try reader.u8()
        let number = try reader.u8()
        let source = (try reader.u32(), mask: ~(try reader.u32()))
        let destination = (try reader.u32(), mask: ~(try reader.u32()))
        let ports = (try reader.u16(), try reader.u16())
        if isIPv4, counts(Wildcard.networkTOS) {
            guard tos & 3 == 0 else { throw OpenFlowError(.badMatchValue, "nw_tos \(tos)") }
            match.set("nw_tos", UInt128(tos))
        }
        guard isIPv4 || isARP else { return }
        if counts(Wildcard.networkProtocol) { match.set("nw_proto", UInt128(number)) }
        match.set("ip_src", UInt128(source.0), mask: UInt128(source.mask))
        match.set("ip_dst", UInt128(destination.0), mask: UInt128(destination.mask))
        guard isIPv4, counts(Wildcard.networkProtocol) else { return }
        switch number {
        case IPProtocol.icmp:
            // The standard would ignore these; OVS takes them, since version 1.0 has them.
            if counts(Wildcard.transportSource) {
                guard ports.0 < 0x100 else { throw OpenFlowError(.badMatchField, "icmp_type \(ports.0)") }
                match.set("icmp_type", UInt128(ports.0))
            }
            if counts(Wildcard.transportDestination) {
                guard ports.1 < 0x100 else { throw OpenFlowError(.badMatchField, "icmp_code \(ports.1)") }
                match.set("icmp_code", UInt128(ports.1))
            }
        case IPProtocol.tcp, IPProtocol.udp, IPProtocol.sctp:
            if counts(Wildcard.transportSource) { match.set("tcp_src", UInt128(ports.0)) }
            if counts(Wildcard.transportDestination) { match.set("tcp_dst", UInt128(ports.1)) }
        default:
            return
        }
    }

    /// Writes what of `match` can be said.
    static func encode(_ match: Match, into writer: inout ByteWriter) {
        let key = match.key
        let mask = match.mask
        var wildcards: UInt32 = 0
        func leaveOut(_ bit: UInt32, if isWild: Bool) { if isWild { wildcards |= bit } }
        let tci = key.u16(FlowField.outerTCI)
        let tciMask = mask.u16(FlowField.outerTCI)
        var vlan: UInt16 = 0
        var priority: UInt8 = 0
        if tciMask == 0 {
            wildcards |= Wildcard.vlan | Wildcard.vlanPriority
        } else if tciMask & FlowField.vlanPresent != 0, tci & FlowField.vlanPresent == 0 {
            vlan = VLAN.none
            wildcards |= Wildcard.vlanPriority
        } else {
            vlan = tciMask & 0xfff == 0 ? VLAN.any : tci & 0xfff
            leaveOut(Wildcard.vlanPriority, if: tciMask & 0xe000 == 0)
            if tciMask & 0xe000 != 0 { priority = UInt8(truncatingIfNeeded: tci >> 13) }
        }
        let isMPLS = mask.u32(FlowField.mplsEntry0)
        leaveOut(Wildcard.inPort, if: mask.host32(FlowField.inPort) == 0)
        leaveOut(Wildcard.ethernetType, if: mask.u16(FlowField.ethernetType) == 0)
        leaveOut(Wildcard.networkTOS, if: mask.u8(FlowField.networkTOS) & 0xfc == 0)
        leaveOut(Wildcard.networkProtocol, if: mask.u8(FlowField.networkProtocol) == 0)
        leaveOut(Wildcard.transportSource, if: mask.u16(FlowField.transportSource) == 0)
        leaveOut(Wildcard.transportDestination, if: mask.u16(FlowField.transportDestination) == 0)
        leaveOut(Wildcard.mplsLabel, if: isMPLS >> 12 == 0)
        leaveOut(Wildcard.mplsTrafficClass, if: isMPLS >> 9 & 7 == 0)

        writer.u16(0)
        writer.u16(UInt16(size))
        let port = OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: key.host32(FlowField.inPort)))
        writer.u32(mask.host32(FlowField.inPort) == 0 ? 0 : port.wide)
        writer.u32(wildcards)
        for offset in [FlowField.ethernetSource, FlowField.ethernetDestination] {
            writer.mac(key.mac(offset))
            writer.mac(MACAddress(wireOrder: ~mask.mac(offset).wireOrder))
        }
        writer.u16(vlan)
        writer.u8(priority)
        writer.zeros(1)
        writer.u16(key.u16(FlowField.ethernetType))
        writer.u8(key.u8(FlowField.networkTOS) & 0xfc)
        writer.u8(key.u8(FlowField.networkProtocol))
        for offset in [FlowField.ipv4Source, FlowField.ipv4Destination] {
            writer.u32(key.u32(offset))
            writer.u32(~mask.u32(offset))
        }
        writer.u16(key.u16(FlowField.transportSource))
        writer.u16(key.u16(FlowField.transportDestination))
        writer.u32(key.u32(FlowField.mplsEntry0) >> 12)
        writer.u8(UInt8(truncatingIfNeeded: key.u32(FlowField.mplsEntry0) >> 9 & 7))
        writer.zeros(3)
        writer.u64(key[FlowField.metadata >> 3])
        writer.u64(~mask[FlowField.metadata >> 3])
    }
}

extension Match {
    fileprivate mutating func set(_ name: String, _ value: UInt128, mask bits: UInt128? = nil) {
        guard let field = MatchField.named(name) else { return }
        set(field, value, mask: bits)
    }
}
