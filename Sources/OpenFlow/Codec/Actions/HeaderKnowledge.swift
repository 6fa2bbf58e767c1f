import Packets

/// What a flow's match and the actions before say about a packet's headers: its Ethernet type, tags and IP protocol.
///
/// Whether a field may be read or written is judged by this (OVS: the `struct match` of `struct ofpact_check_params`,
/// which the checks of push and pop actions change).
struct HeaderKnowledge: Sendable {
    private(set) var match: Match

    init(_ match: Match) { self.match = match }

    var etherType: UInt16 { match.key.u16(FlowField.ethernetType) }
    var ipProtocol: UInt8 { match.key.u8(FlowField.networkProtocol) }
    var isIPv4: Bool { etherType == EtherType.ipv4 }
    var isIP: Bool { EtherType.isIP(etherType) }
    var isMPLS: Bool { EtherType.isMPLS(etherType) }
    var hasVLAN: Bool { match.key.u16(FlowField.outerTCI) & FlowField.vlanPresent != 0 }
    /// Whether a further tag would be more than a key has room for.
    var isFullOfVLANs: Bool { match.key.u16(FlowField.innerTCI) & FlowField.vlanPresent != 0 }
    /// Whether packets begin with an Ethernet header, as far as is known.
    var isEthernet: Bool { match.key.u32(FlowField.packetType) == 0 }
    /// Whether ports can be written: TCP, UDP or SCTP, and not a later fragment.
    var hasPorts: Bool {
        isIP && match.key.u8(FlowField.networkFragment) & FlowField.fragmentLater == 0
            && [IPProtocol.tcp, IPProtocol.udp, IPProtocol.sctp].contains(ipProtocol)
    }

    /// Takes into account what `action` does to headers.
    mutating func apply(_ action: Action) {
        switch action {
        case .setVLANID, .setVLANPriority: markTagged()
        case .popVLAN: popVLAN()
        case .pushVLAN: pushVLAN()
        case .pushMPLS(let type):
            setEtherType(type)
            match.key.setU8(FlowField.networkProtocol, 0)
        case .popMPLS(let type): setEtherType(type)
        case .pushPBB(let type): setEtherType(type)
        // What was inside is not known.
        case .popPBB: setEtherType(0)
        case .setField(let rewrite) where rewrite.field === MatchField.named(by: .vlanTCI):
            match.key.setU16(FlowField.outerTCI, UInt16(truncatingIfNeeded: rewrite.value))
            match.mask.setU16(FlowField.outerTCI, 0xffff)
        case .setField(let rewrite) where rewrite.field === MatchField.named(by: .etherType):
            let kept = ~rewrite.mask & UInt128(etherType)
            setEtherType(UInt16(truncatingIfNeeded: kept | rewrite.value & rewrite.mask))
            match.key.setU8(FlowField.networkProtocol, 0)
        case .setField(let rewrite) where rewrite.field === MatchField.named(by: .ipProtocol):
            let kept = ~rewrite.mask & UInt128(ipProtocol)
            match.key.setU8(
                FlowField.networkProtocol, UInt8(truncatingIfNeeded: kept | rewrite.value & rewrite.mask))
            match.mask.setU8(FlowField.networkProtocol, 0xff)
        default: break
        }
    }

    private mutating func setEtherType(_ type: UInt16) {
        match.key.setU16(FlowField.ethernetType, type)
        match.mask.setU16(FlowField.ethernetType, 0xffff)
    }

    private mutating func markTagged() {
        match.key.setU16(FlowField.outerTCI, match.key.u16(FlowField.outerTCI) | FlowField.vlanPresent)
        match.mask.setU16(FlowField.outerTCI, match.mask.u16(FlowField.outerTCI) | FlowField.vlanPresent)
    }

    private mutating func pushVLAN() {
        copyTag(from: FlowField.outerTPID, to: FlowField.innerTPID)
        match.key.setU16(FlowField.outerTCI, 0)
        match.mask.setU16(FlowField.outerTCI, 0xffff)
        markTagged()
    }

    private mutating func popVLAN() {
        copyTag(from: FlowField.innerTPID, to: FlowField.outerTPID)
        match.key.setU32(FlowField.innerTPID, 0)
        match.mask.setU32(FlowField.innerTPID, 0)
    }

    private mutating func copyTag(from source: Int, to target: Int) {
        match.key.setU32(target, match.key.u32(source))
        match.mask.setU32(target, match.mask.u32(source))
    }
}
