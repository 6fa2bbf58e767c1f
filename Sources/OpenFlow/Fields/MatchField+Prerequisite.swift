import Packets

extension MatchField.Prerequisite {
    /// Whether `match` makes sure that a packet has what this stands for (OpenFlow 1.3.5 section 7.2.3.8).
    func isMet(by match: Match) -> Bool {
        switch self {
        case .none:
            return true
        case .vlan:
            return match.key.u16(FlowField.outerTCI) & FlowField.vlanPresent != 0
        case .arp:
            return match.isExactly(0x0806) || match.isExactly(0x8035)
        case .ipv4:
            return match.isExactly(0x0800)
        case .ipv6:
            return match.isExactly(0x86dd)
        case .ip:
            return match.isExactly(0x0800) || match.isExactly(0x86dd)
        case .tcp:
            return match.hasTransport(6)
        case .udp:
            return match.hasTransport(17)
        case .sctp:
            return match.hasTransport(132)
        case .icmpv4:
            return match.isExactly(0x0800) && match.hasTransport(1)
        case .icmpv6:
            return match.isExactly(0x86dd) && match.hasTransport(58)
        case .neighbor:
            return match.isNeighbor(135) || match.isNeighbor(136)
        case .solicitation:
            return match.isNeighbor(135)
        case .advertisement:
            return match.isNeighbor(136)
        }
    }
}

extension Match {
    /// Whether the Ethernet type is matched exactly, with this value.
    func isExactly(_ type: UInt16) -> Bool {
        mask.u16(FlowField.ethernetType) == 0xffff && key.u16(FlowField.ethernetType) == type
    }

    /// Whether the match is for IPv4 or IPv6 with this protocol, and not for later fragments, which have no ports.
    func hasTransport(_ number: UInt8) -> Bool {
        guard isExactly(0x0800) || isExactly(0x86dd) else { return false }
        return mask.u8(FlowField.networkProtocol) == 0xff && key.u8(FlowField.networkProtocol) == number
            && key.u8(FlowField.networkFragment) & FlowField.fragmentLater == 0
    }

    func isNeighbor(_ type: UInt16) -> Bool {
        isExactly(0x86dd) && hasTransport(58) && mask.u16(FlowField.transportSource) & 0xff == 0xff
            && key.u16(FlowField.transportSource) == type
            // The code is 0 for both kinds; like OVS, a match that leaves it open will do.
            && key.u16(FlowField.transportDestination) == 0
    }
}
