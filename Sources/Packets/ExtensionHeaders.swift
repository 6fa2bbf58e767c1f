/// What is in front of an IPv6 packet's upper layer header (RFC 8200 section 4; OVS: parse_ipv6_ext_hdrs).
struct ExtensionHeaders {
    /// `nw_frag`.
    var fragmentBits: UInt8 = 0
    /// `ipv6_exthdr`: `enum ofp_ipv6exthdr_flags` of OpenFlow 1.3.5 section 7.2.3.8.
    var seen: UInt16 = 0
    /// The place in RFC 8200's order of the last header in that order, and which places have been taken, as bits.
    private var rank: UInt16 = 0
    private var ranks: UInt16 = 0

    private enum Flag {
        @inline(__always) static var noNext: UInt16 { 1 << 0 }
        @inline(__always) static var security: UInt16 { 1 << 1 }
        @inline(__always) static var authentication: UInt16 { 1 << 2 }
        @inline(__always) static var destination: UInt16 { 1 << 3 }
        @inline(__always) static var fragment: UInt16 { 1 << 4 }
        @inline(__always) static var router: UInt16 { 1 << 5 }
        @inline(__always) static var hop: UInt16 { 1 << 6 }
        @inline(__always) static var unexpectedRepeat: UInt16 { 1 << 7 }
        @inline(__always) static var unexpectedSequence: UInt16 { 1 << 8 }
    }

    /// Moves to the upper layer header and leaves its number in `proto`; for a later fragment, `proto` stays
    /// "fragment". False if a header is cut off.
    mutating func read(_ cursor: inout HeaderCursor, _ proto: inout UInt8) -> Bool {
        while true {
            switch proto {
            case IPProtocol.hopByHop, IPProtocol.routing, IPProtocol.destinationOptions, IPProtocol.authentication:
                guard cursor.count >= 8 else { return false }
                let units = Int(cursor.u8(1))
                let length = proto == IPProtocol.authentication ? (units &+ 2) &* 4 : (units &+ 1) &* 8
                guard cursor.count >= length else { return false }
                note(proto)
                proto = cursor.u8(0)
                cursor.skip(length)
            case IPProtocol.fragment:
                guard cursor.count >= 8 else { return false }
                note(proto)
                let offset = cursor.u16(2)
                let next = cursor.u8(0)
                cursor.skip(8)
                if offset & 0xfff9 != 0 { fragmentBits |= FlowField.fragmentAny }
                if offset & 0xfff8 != 0 {
                    fragmentBits |= FlowField.fragmentLater
                    return true
                }
                proto = next
            case IPProtocol.noNext:
                seen |= Flag.noNext
                return true
            case IPProtocol.security:
                note(proto)
                return true
            default:
                return true
            }
        }
    }

    /// Takes down that there is this header, and whether it was to be expected here.
    private mutating func note(_ proto: UInt8) {
        let flag: UInt16
        let place: UInt16
        switch proto {
        case IPProtocol.hopByHop: (flag, place) = (Flag.hop, 1)
        // Once in front of routing, once last.
        case IPProtocol.destinationOptions: (flag, place) = (Flag.destination, rank > 1 ? 7 : 2)
        case IPProtocol.routing: (flag, place) = (Flag.router, 3)
        case IPProtocol.fragment: (flag, place) = (Flag.fragment, 4)
        case IPProtocol.authentication: (flag, place) = (Flag.authentication, 5)
        default: (flag, place) = (Flag.security, 6)
        }
        seen |= flag
        if ranks >> place & 1 != 0 { seen |= Flag.unexpectedRepeat }
        if place < rank { seen |= Flag.unexpectedSequence }
        ranks |= 1 << place
        if place > rank { rank = place }
    }
}
