import Packets

/// Matches and packets' keys as text, as OVS's commands and logs print them (OVS: match_format, flow_format), such as
/// `priority=1,tcp,in_port=2,nw_src=10.0.0.0/8,tp_dst=80`.
public enum MatchFormat {
    /// The priority that is not said.
    public static let defaultPriority: UInt16 = 0x8000

    /// - Parameters:
    ///   - priority: in front, unless it is ``defaultPriority``.
    ///   - options: the bridge's fields for options of tunnels; without them none are told.
    ///   - portName: names for ports; where it gives nil, the number is printed.
    public static func describe(
        _ match: Match, priority: UInt16 = defaultPriority, options: TunnelOptions? = nil,
        portName: FieldText.PortName = { _ in nil }
    ) -> String {
        describe(match, priority: priority, isPacket: false, options: options, portName: portName)
    }

    private static func describe(
        _ match: Match, priority: UInt16 = defaultPriority, isPacket: Bool, options: TunnelOptions?,
        portName: FieldText.PortName
    ) -> String {
        var writer = MatchWriter(key: match.key, mask: match.mask)
        writer.isPacket = isPacket
        if priority != defaultPriority { writer.fields.append("priority=\(priority)") }
        writer.writeMetadata(portName)
        writer.writeKind()
        writer.writeRegistersAndTunnel(options)
        writer.writeInPort(portName)
        writer.writeEthernet()
        writer.writeNetwork()
        writer.writeMPLS()
        writer.writeTransport()
        return writer.fields.joined(separator: ",")
    }

    /// All of a packet's headers, and what of its metadata is not zero.
    public static func describe(
        packet key: FlowKey, options: TunnelOptions? = nil, portName: FieldText.PortName = { _ in nil }
    ) -> String {
        describe(Match(key: key, mask: .ofPacket(key)), isPacket: true, options: options, portName: portName)
    }
}

extension FlowMask {
    /// The fields that a packet of this key has, with what of its metadata is not zero (OVS:
    /// flow_wildcards_init_for_packet as flow_format uses it).
    static func ofPacket(_ key: FlowKey) -> FlowMask {
        var mask = FlowMask()
        // Metadata: each number that is not zero.
        for offset in [
            FlowField.inPort, FlowField.recircID, FlowField.datapathHash, FlowField.packetMark, FlowField.skbPriority,
            FlowField.ctState, FlowField.ctMark,
        ] where key.host32(offset) != 0 { mask.setHost32(offset, .max) }
        for register in 0..<16 where key.host32(FlowField.registers + 4 * register) != 0 {
            mask.setHost32(FlowField.registers + 4 * register, .max)
        }
        if key[FlowField.metadata >> 3] != 0 { mask[FlowField.metadata >> 3] = .max }
        if key[FlowField.ctZone >> 3] & 0xffff != 0 { mask[FlowField.ctZone >> 3] |= 0xffff }
        for word in FlowField.ctLabel >> 3...FlowField.ctLabel >> 3 + 1 where key[word] != 0 { mask[word] = .max }
        mask.setHost32(FlowField.packetType, .max)
        mask.setTunnel(of: key)

        mask.setMAC(FlowField.ethernetSource, .broadcast)
        mask.setMAC(FlowField.ethernetDestination, .broadcast)
        mask.setU16(FlowField.ethernetType, .max)
        // The first tag that is not there is told too.
        mask.setU32(FlowField.outerTPID, .max)
        if key.u16(FlowField.outerTCI) != 0 { mask.setU32(FlowField.innerTPID, .max) }
        mask.setNetwork(of: key)
        return mask
    }

    private mutating func setTunnel(of key: FlowKey) {
        let first = FlowField.tunnelIPv4Source >> 3
        let hasTunnel = key.comesThroughTunnel
        let hasID =
            hasTunnel ? key.u8(FlowField.tunnelFlags) & FlowField.tunnelHasKey != 0 : key[FlowField.tunnelID >> 3] != 0
        if hasID { self[FlowField.tunnelID >> 3] = .max }
        guard hasTunnel else { return }
        for word in first..<FlowField.metadata >> 3 { self[word] = .max }
        let present = FlowField.tunnelOptionsPresent >> 3
        guard key[present] != 0 else { return }
        self[present] = key[present]
        for word in FlowField.tunnelOptions >> 3..<FlowKey.wordCount { self[word] = .max }
    }

    private mutating func setNetwork(of key: FlowKey) {
        switch key.u16(FlowField.ethernetType) {
        case EtherType.arp, EtherType.rarp:
            setU32(FlowField.ipv4Source, .max)
            setU32(FlowField.ipv4Destination, .max)
            setU8(FlowField.networkProtocol, .max)
            setMAC(FlowField.arpSourceHardware, .broadcast)
            setMAC(FlowField.arpTargetHardware, .broadcast)
            return
        case EtherType.mplsUnicast, EtherType.mplsMulticast:
            for offset in [FlowField.mplsEntry0, FlowField.mplsEntry1, FlowField.mplsEntry2] {
                setU32(offset, .max)
                if key.u32(offset) & 0x100 != 0 { return }
            }
            return
        case EtherType.pbb:
            setU32(FlowField.serviceInstance, .max)
            return
        case EtherType.ipv4:
            setU32(FlowField.ipv4Source, .max)
            setU32(FlowField.ipv4Destination, .max)
        case EtherType.ipv6:
            for word in FlowField.ipv6Source >> 3..<FlowField.transportSource >> 3 { self[word] = .max }
            setU32(FlowField.ipv6Label, .max)
            let exists = key.u16(FlowField.ipv6ExtensionHeaders) != 0
            if exists { setU16(FlowField.ipv6ExtensionHeaders, .max) }
            if MatchField.Prerequisite.neighbor.isMet(by: key) {
                setMAC(FlowField.arpSourceHardware, .broadcast)
                setMAC(FlowField.arpTargetHardware, .broadcast)
                for word in FlowField.ndTarget >> 3...FlowField.ndTarget >> 3 + 1 { self[word] = .max }
            }
        default:
            return
        }
        setU8(FlowField.networkFragment, 3)
        for offset in [FlowField.networkTOS, FlowField.networkTTL, FlowField.networkProtocol] { setU8(offset, .max) }
        setTransport(of: key)
    }

    private mutating func setTransport(of key: FlowKey) {
        guard key.u8(FlowField.networkFragment) & FlowField.fragmentLater == 0 else { return }
        let number = key.u8(FlowField.networkProtocol)
        switch number {
        case IPProtocol.icmp, IPProtocol.icmpv6, IPProtocol.tcp, IPProtocol.udp, IPProtocol.sctp, IPProtocol.igmp:
            setU16(FlowField.transportSource, .max)
            setU16(FlowField.transportDestination, .max)
            if number == IPProtocol.tcp { setU16(FlowField.tcpFlags, .max) }
        default:
            return
        }
    }
}
