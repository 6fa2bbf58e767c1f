import Packets

/// The 40 bytes of version 1.0's match (`struct ofp_match`; OpenFlow 1.0.0 section 5.2.3).
///
/// What it cannot say (IPv6, masks of MAC addresses …) is lost in writing, as in OVS; NXM says all.
enum Match10 {
    static let size = 40

    private enum Wildcard {
        static let inPort: UInt32 = 1 << 0
        static let vlan: UInt32 = 1 << 1
        static let ethernetSource: UInt32 = 1 << 2
        static let ethernetDestination: UInt32 = 1 << 3
        static let ethernetType: UInt32 = 1 << 4
        static let networkProtocol: UInt32 = 1 << 5
        static let transportSource: UInt32 = 1 << 6
        static let transportDestination: UInt32 = 1 << 7
        /// How many low bits of an address do not count; 32 and more: none counts.
        static let sourceShift: UInt32 = 8
        static let destinationShift: UInt32 = 14
        static let vlanPriority: UInt32 = 1 << 20
        static let networkTOS: UInt32 = 1 << 21
        static let all: UInt32 = (1 << 22) - 1
    }

    private static let noVLAN: UInt16 = 0xffff

    /// Reads a match; `isExact` says that no bit was wildcarded, which in version 1.0 gives the highest priority.
    static func decode(_ reader: inout ByteReader) throws(OpenFlowError) -> (match: Match, isExact: Bool) {
        let wildcards = try reader.u32() & Wildcard.all
        var match = Match()
        func counts(_ bit: UInt32) -> Bool { wildcards & bit == 0 }

        let inPort = try reader.u16()
        if counts(Wildcard.inPort) {
            match.key.setHost32(FlowField.inPort, UInt32(inPort))
            match.mask.setHost32(FlowField.inPort, .max)
        }
        let source = try reader.mac()
        let destination = try reader.mac()
        let everyBit = MACAddress.broadcast
        if counts(Wildcard.ethernetSource) { match.set(FlowField.ethernetSource, source, everyBit) }
        if counts(Wildcard.ethernetDestination) { match.set(FlowField.ethernetDestination, destination, everyBit) }
        let vlan = try reader.u16()
        let priority = try reader.u8()
        try reader.skip(1)
        match.setVLAN10(
            vlan: counts(Wildcard.vlan) ? vlan : nil, priority: counts(Wildcard.vlanPriority) ? priority : nil)
        let type = try reader.u16()
        if counts(Wildcard.ethernetType) { match.set16(FlowField.ethernetType, type) }
        let tos = try reader.u8()
        if counts(Wildcard.networkTOS) { match.set8(FlowField.networkTOS, tos, mask: 0xfc) }
        let proto = try reader.u8()
        if counts(Wildcard.networkProtocol) { match.set8(FlowField.networkProtocol, proto, mask: 0xff) }
        try reader.skip(2)
        match.set32(FlowField.ipv4Source, try reader.u32(), mask: netmask(wildcards >> Wildcard.sourceShift))
        match.set32(FlowField.ipv4Destination, try reader.u32(), mask: netmask(wildcards >> Wildcard.destinationShift))
        let transportSource = try reader.u16()
        let transportDestination = try reader.u16()
        if counts(Wildcard.transportSource) { match.set16(FlowField.transportSource, transportSource) }
        if counts(Wildcard.transportDestination) { match.set16(FlowField.transportDestination, transportDestination) }
        match.dropFieldsWithoutPrerequisites()
        return (match, wildcards == 0)
    }

    private static func netmask(_ wildcardBits: UInt32) -> UInt32 {
        let bits = wildcardBits & 0x3f
        return bits >= 32 ? 0 : UInt32.max << bits
    }

    /// Writes what of `match` can be said.
    static func encode(_ match: Match, into writer: inout ByteWriter) {
        let key = match.key
        let mask = match.mask
        var wildcards: UInt32 = 0
        if mask.host32(FlowField.inPort) == 0 { wildcards |= Wildcard.inPort }
        if mask.mac(FlowField.ethernetSource).isZero { wildcards |= Wildcard.ethernetSource }
        if mask.mac(FlowField.ethernetDestination).isZero { wildcards |= Wildcard.ethernetDestination }
        if mask.u16(FlowField.ethernetType) == 0 { wildcards |= Wildcard.ethernetType }
        if mask.u8(FlowField.networkProtocol) == 0 { wildcards |= Wildcard.networkProtocol }
        if mask.u8(FlowField.networkTOS) & 0xfc == 0 { wildcards |= Wildcard.networkTOS }
        if mask.u16(FlowField.transportSource) == 0 { wildcards |= Wildcard.transportSource }
        if mask.u16(FlowField.transportDestination) == 0 { wildcards |= Wildcard.transportDestination }
        wildcards |= UInt32(wildcardBits(mask.u32(FlowField.ipv4Source))) << Wildcard.sourceShift
        wildcards |= UInt32(wildcardBits(mask.u32(FlowField.ipv4Destination))) << Wildcard.destinationShift

        let tci = key.u16(FlowField.outerTCI)
        let tciMask = mask.u16(FlowField.outerTCI)
        var vlan: UInt16 = 0
        var priority: UInt8 = 0
        if tciMask == 0 {
            wildcards |= Wildcard.vlan | Wildcard.vlanPriority
        } else if tciMask & FlowField.vlanPresent != 0, tci & FlowField.vlanPresent == 0 {
            vlan = noVLAN
        } else {
            if tciMask & 0x0fff == 0 { wildcards |= Wildcard.vlan } else { vlan = tci & 0x0fff }
            if tciMask & 0xe000 == 0 { wildcards |= Wildcard.vlanPriority } else { priority = UInt8(tci >> 13) }
        }

        writer.u32(wildcards)
        writer.u16(UInt16(truncatingIfNeeded: key.host32(FlowField.inPort)))
        writer.mac(key.mac(FlowField.ethernetSource))
        writer.mac(key.mac(FlowField.ethernetDestination))
        writer.u16(vlan)
        writer.u8(priority)
        writer.zeros(1)
        writer.u16(key.u16(FlowField.ethernetType))
        writer.u8(key.u8(FlowField.networkTOS) & 0xfc)
        writer.u8(key.u8(FlowField.networkProtocol))
        writer.zeros(2)
        writer.u32(key.u32(FlowField.ipv4Source))
        writer.u32(key.u32(FlowField.ipv4Destination))
        writer.u16(key.u16(FlowField.transportSource))
        writer.u16(key.u16(FlowField.transportDestination))
    }

    private static func wildcardBits(_ mask: UInt32) -> Int { mask == 0 ? 32 : mask.trailingZeroBitCount }
}

extension Match {
    fileprivate mutating func set8(_ offset: Int, _ value: UInt8, mask bits: UInt8) {
        key.setU8(offset, value & bits)
        mask.setU8(offset, bits)
    }

    fileprivate mutating func set16(_ offset: Int, _ value: UInt16) {
        key.setU16(offset, value)
        mask.setU16(offset, .max)
    }

    fileprivate mutating func set32(_ offset: Int, _ value: UInt32, mask bits: UInt32) {
        key.setU32(offset, value & bits)
        mask.setU32(offset, bits)
    }

    fileprivate mutating func set(_ offset: Int, _ value: MACAddress, _ bits: MACAddress) {
        key.setMAC(offset, value)
        mask.setMAC(offset, bits)
    }

    /// VLAN identifier and priority as version 1.0 gives them; nil: wildcarded.
    fileprivate mutating func setVLAN10(vlan: UInt16?, priority: UInt8?) {
        if vlan == 0xffff {
            set16(FlowField.outerTCI, 0)
            return
        }
        var bits: UInt16 = 0
        var tci: UInt16 = 0
        if let vlan {
            bits |= 0x0fff | FlowField.vlanPresent
            tci |= vlan & 0x0fff | FlowField.vlanPresent
        }
        if let priority {
            bits |= 0xe000 | FlowField.vlanPresent
            tci |= UInt16(priority & 7) << 13 | FlowField.vlanPresent
        }
        key.setU16(FlowField.outerTCI, tci)
        mask.setU16(FlowField.outerTCI, bits)
    }

    /// Forgets network and transport fields that a packet of the matched kind does not have (version 1.0 lets them
    /// stand without prerequisites and says to ignore them).
    fileprivate mutating func dropFieldsWithoutPrerequisites() {
        let isIPv4 = isExactly(EtherType.ipv4)
        let isIPv6 = isExactly(EtherType.ipv6)
        let isARP = isExactly(EtherType.arp) || isExactly(EtherType.rarp)
        let proto = key.u8(FlowField.networkProtocol)
        let hasPorts =
            isIPv4 && [1, 6, 17, 132].contains(proto) || isIPv6 && [6, 17, 58, 132].contains(proto)
        if !hasPorts {
            mask.setU16(FlowField.transportSource, 0)
            mask.setU16(FlowField.transportDestination, 0)
        }
        if !isIPv4 && !isIPv6 { mask.setU8(FlowField.networkTOS, 0) }
        if !isIPv4 && !isIPv6 && !isARP { mask.setU8(FlowField.networkProtocol, 0) }
        if !isIPv4 && !isARP {
            mask.setU32(FlowField.ipv4Source, 0)
            mask.setU32(FlowField.ipv4Destination, 0)
        }
        dropUnmatched()
    }
}
