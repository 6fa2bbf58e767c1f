/// Layer 3: IPv4 (RFC 791), IPv6 (RFC 8200), ARP (RFC 826), MPLS (RFC 3032).
extension FlowKeyExtractor {
    @inline(__always)
    static func readIPv4(_ cursor: inout HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        guard cursor.count >= 20 else { return }
        let headerLength = Int(cursor.u8(0) & 0xf) * 4
        let totalLength = Int(cursor.u16(2))
        guard headerLength >= 20, totalLength >= headerLength, totalLength <= cursor.count else { return }

        let fragment = cursor.u16(6)
        let isLater = fragment & 0x1fff != 0
        var bits: UInt64 = 0
        if fragment & 0x3fff != 0 { bits = UInt64(FlowField.fragmentAny) }
        if isLater { bits |= UInt64(FlowField.fragmentLater) }
        let proto = cursor.u8(9)
        words[4] = UInt64(proto) | UInt64(cursor.u8(1)) << 8 | UInt64(cursor.u8(8)) << 16 | bits << 24
        words[5] = cursor.word(12)
        guard !isLater else { return }
        cursor.count = totalLength  // what follows the datagram is padding
        cursor.skip(headerLength)
        readTransport(cursor, proto, words)
    }

    static func readIPv6(_ cursor: inout HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        guard cursor.count >= 40 else { return }
        let first = cursor.u32(0)
        let payloadLength = Int(cursor.u16(4))
        guard payloadLength <= cursor.count - 40 else { return }
        var proto = cursor.u8(6)
        let hopLimit = cursor.u8(7)
        for index in 0..<4 { words[6 + index] = cursor.word(8 + 8 * index) }
        cursor.count = payloadLength + 40
        cursor.skip(40)

        var fragmentBits: UInt8 = 0
        guard readExtensionHeaders(&cursor, &proto, &fragmentBits) else { return }
        let trafficClass = UInt64(first >> 20 & 0xff)
        words[4] =
            UInt64(proto) | trafficClass << 8 | UInt64(hopLimit) << 16 | UInt64(fragmentBits) << 24
            | UInt64((first & 0xf_ffff).byteSwapped) << 32
        if fragmentBits & FlowField.fragmentLater == 0 { readTransport(cursor, proto, words) }
    }

    /// Moves to the upper layer header and leaves its number in `proto`; for a later fragment, `proto` stays
    /// "fragment". False if a header is cut off (OVS: parse_ipv6_ext_hdrs).
    static func readExtensionHeaders(
        _ cursor: inout HeaderCursor, _ proto: inout UInt8, _ fragmentBits: inout UInt8
    ) -> Bool {
        while true {
            switch proto {
            case IPProtocol.hopByHop, IPProtocol.routing, IPProtocol.destinationOptions, IPProtocol.authentication:
                guard cursor.count >= 8 else { return false }
                let units = Int(cursor.u8(1))
                let length = proto == IPProtocol.authentication ? (units + 2) * 4 : (units + 1) * 8
                guard cursor.count >= length else { return false }
                proto = cursor.u8(0)
                cursor.skip(length)
            case IPProtocol.fragment:
                guard cursor.count >= 8 else { return false }
                let offset = cursor.u16(2)
                let next = cursor.u8(0)
                cursor.skip(8)
                if offset & 0xfff9 != 0 { fragmentBits |= FlowField.fragmentAny }
                if offset & 0xfff8 != 0 {
                    fragmentBits |= FlowField.fragmentLater
                    return true
                }
                proto = next
            default:
                return true
            }
        }
    }

    static func readARP(_ cursor: HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        // Hardware Ethernet, protocol IPv4, lengths 6 and 4; anything else has its addresses elsewhere.
        guard cursor.count >= 28, cursor.u32(0) == 0x0001_0800, cursor.u16(4) == 0x0604 else { return }
        let operation = cursor.u16(6)
        if operation <= 0xff { words[4] = UInt64(operation) }
        words[5] = cursor.half(14) | cursor.half(24) << 32
        words[11] = cursor.mac(8)
        words[12] = cursor.mac(18)
    }

    static func readMPLS(_ cursor: inout HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        for index in 0..<3 {
            guard cursor.count >= 4 else { return }
            words[15 + index / 2] |= cursor.half(0) << UInt64(index % 2 * 32)
            if cursor.u8(2) & 1 != 0 { return }  // bottom of stack
            cursor.skip(4)
        }
    }
}
