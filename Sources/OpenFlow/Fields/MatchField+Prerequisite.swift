import Packets

extension MatchField {
    /// What else must be so for a field to make sense (ovs-fields(7), "Prerequisites").
    public enum Prerequisite: Sendable {
        case none, ethernet, vlan, arp, ipv4, ipv6, ip, mpls, pbb, tcp, udp, sctp, icmpv4, icmpv6
        case neighbor, solicitation, advertisement
        /// A packet that connection tracking has seen.
        case tracked
    }

    /// Whether a packet of this key has the field.
    public func isPrerequisiteMet(by key: FlowKey) -> Bool { prerequisite.isMet(by: key) }

    /// The bits of a key that ``isPrerequisiteMet(by:)`` looks at.
    public var prerequisiteMask: FlowMask { prerequisite.mask }
}

extension MatchField.Prerequisite {
    /// Connection states that only a tracked packet has: new, established, reply; in matches also related, snat, dnat.
    private static let statesOfTracked: UInt32 = 0x0b
    private static let statesOfTrackedMatch: UInt32 = 0xcf
    private static let stateTracked: UInt32 = 0x20
    private static let stateInvalid: UInt32 = 0x10

    /// Whether a packet of this key has what this stands for.
    func isMet(by key: FlowKey) -> Bool {
        guard key.host32(FlowField.packetType) == 0 || self == .none || self == .tracked else { return false }
        switch self {
        case .none, .ethernet: return true
        case .vlan: return key.u16(FlowField.outerTCI) & FlowField.vlanPresent != 0
        case .arp: return key.hasType(EtherType.arp) || key.hasType(EtherType.rarp)
        case .ipv4: return key.hasType(EtherType.ipv4)
        case .ipv6: return key.hasType(EtherType.ipv6)
        case .ip: return key.isIP
        case .mpls: return key.hasType(EtherType.mplsUnicast) || key.hasType(EtherType.mplsMulticast)
        case .pbb: return key.hasType(EtherType.pbb)
        case .tcp: return key.hasPorts(IPProtocol.tcp)
        case .udp: return key.hasPorts(IPProtocol.udp)
        case .sctp: return key.hasPorts(IPProtocol.sctp)
        case .icmpv4: return key.hasType(EtherType.ipv4) && key.u8(FlowField.networkProtocol) == IPProtocol.icmp
        case .icmpv6: return key.isICMPv6
        case .neighbor: return key.isNeighborDiscovery(135) || key.isNeighborDiscovery(136)
        case .solicitation: return key.isNeighborDiscovery(135)
        case .advertisement: return key.isNeighborDiscovery(136)
        case .tracked: return key.host32(FlowField.ctState) & Self.statesOfTracked != 0
        }
    }

    /// Whether `match` makes sure that a packet has what this stands for (OpenFlow 1.3.5 section 7.2.3.8).
    ///
    /// A match is zero where it does not look, so that a value that is asked for is also looked at; zero values
    /// (ICMPv6 code 0, no later fragment) do not have to be, as in OVS.
    func isMet(by match: Match) -> Bool {
        guard self == .tracked else { return isMet(by: match.key) }
        let state = match.key.host32(FlowField.ctState)
        let isNotInvalid =
            match.mask.host32(FlowField.ctState) & Self.stateInvalid != 0 && state & Self.stateInvalid == 0
        return state & Self.statesOfTrackedMatch != 0 || state & Self.stateTracked != 0 && isNotInvalid
    }

    /// The bits of a key that ``isMet(by:)-(FlowKey)`` looks at; the packet type is not among them, as every packet
    /// that comes in is an Ethernet frame.
    var mask: FlowMask {
        var mask = FlowMask()
        switch self {
        case .none, .ethernet: break
        case .vlan: mask.setU16(FlowField.outerTCI, FlowField.vlanPresent)
        case .arp, .ipv4, .ipv6, .ip, .mpls, .pbb: mask.setU16(FlowField.ethernetType, .max)
        case .tcp, .udp, .sctp:
            mask.setTransport()
            mask.setU8(FlowField.networkFragment, FlowField.fragmentLater)
        case .icmpv4, .icmpv6: mask.setTransport()
        case .neighbor, .solicitation, .advertisement:
            mask.setTransport()
            mask.setU16(FlowField.transportSource, .max)
            mask.setU16(FlowField.transportDestination, .max)
        case .tracked: mask.setHost32(FlowField.ctState, Self.statesOfTracked)
        }
        return mask
    }
}

extension FlowKey {
    fileprivate func hasType(_ type: UInt16) -> Bool { u16(FlowField.ethernetType) == type }

    fileprivate var isIP: Bool { hasType(EtherType.ipv4) || hasType(EtherType.ipv6) }

    /// Whether it is IPv4 or IPv6 with this protocol and no later fragment, which has no ports.
    fileprivate func hasPorts(_ number: UInt8) -> Bool {
        isIP && u8(FlowField.networkProtocol) == number
            && u8(FlowField.networkFragment) & FlowField.fragmentLater == 0
    }

    fileprivate var isICMPv6: Bool {
        hasType(EtherType.ipv6) && u8(FlowField.networkProtocol) == IPProtocol.icmpv6
    }

    fileprivate func isNeighborDiscovery(_ type: UInt16) -> Bool {
        isICMPv6 && u16(FlowField.transportSource) == type && u16(FlowField.transportDestination) == 0
    }

    fileprivate mutating func setTransport() {
        setU16(FlowField.ethernetType, .max)
        setU8(FlowField.networkProtocol, .max)
    }
}

extension Match {
    /// Whether the Ethernet type is matched exactly, with this value.
    func isExactly(_ type: UInt16) -> Bool {
        mask.u16(FlowField.ethernetType) == 0xffff && key.u16(FlowField.ethernetType) == type
    }
}
