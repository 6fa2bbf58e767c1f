/// Layer 4: ports, TCP flags, ICMP types, and what neighbour discovery (RFC 4861) says.
extension FlowKeyExtractor {
    /// `cursor` stands at the first byte after the IP headers and ends with the datagram.
    @inline(__always)
    static func readTransport(_ cursor: HeaderCursor, _ proto: UInt8, _ words: UnsafeMutablePointer<UInt64>) {
        switch proto {
        case IPProtocol.tcp:
            guard cursor.count >= 20 else { return }
            let offsetAndFlags = cursor.u16(12)
            // What says that its header is too short, or longer than the datagram, has none.
            let length = Int(offsetAndFlags >> 12) &* 4
            guard length >= 20, length <= cursor.count &+ cursor.beyond else { return }
            words[10] = cursor.half(0) | UInt64((offsetAndFlags & 0x0fff).byteSwapped) << 32
        case IPProtocol.udp:
            guard cursor.count >= 8 else { return }
            words[10] = cursor.half(0)
        case IPProtocol.sctp:
            guard cursor.count >= 12 else { return }
            words[10] = cursor.half(0)
        case IPProtocol.icmp:
            guard words[2] >> 48 == UInt64(EtherType.ipv4.byteSwapped) else { return }
            readTypeAndCode(cursor, words)
        case IPProtocol.igmp:
            guard words[2] >> 48 == UInt64(EtherType.ipv4.byteSwapped) else { return }
            readTypeAndCode(cursor, words)
        case IPProtocol.icmpv6:
            guard words[2] >> 48 == UInt64(EtherType.ipv6.byteSwapped) else { return }
            readTypeAndCode(cursor, words)
            readNeighbourDiscovery(cursor, words)
        default:
            return
        }
    }

    /// Type and code stand in the places of the ports, as 16-bit numbers (OVS keeps them so).
    @inline(__always)
    static func readTypeAndCode(_ cursor: HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        guard cursor.count >= 8 else { return }
        words[10] = UInt64(cursor.u8(0)) << 8 | UInt64(cursor.u8(1)) << 24
    }

    /// Target and link layer addresses of a neighbour solicitation or advertisement.
    static func readNeighbourDiscovery(_ cursor: HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        guard cursor.count >= 24, cursor.u8(0) == 135 || cursor.u8(0) == 136, cursor.u8(1) == 0 else { return }
        let target = (cursor.word(8), cursor.word(16))
        var source: UInt64 = 0
        var destination: UInt64 = 0
        var firstType: UInt64 = 0
        var options = cursor
        options.skip(24)
        words[16] = cursor.half(4)
        while options.count >= 8 {
            let length = Int(options.u8(1)) * 8
            if length == 0 || length > options.count { break }
            let type = options.u8(0)
            if length == 8, type == 1 || type == 2 {
                if firstType == 0 {
                    firstType = UInt64(type)
                    words[16] |= firstType << 40  // 16 bits in network order
                }
                // An option that comes twice makes addresses and target void.
                if type == 1 {
                    guard source == 0 else { return }
                    source = options.mac(2)
                } else {
                    guard destination == 0 else { return }
                    destination = options.mac(2)
                }
            }
            options.skip(length)
        }
        words[11] = source
        words[12] = destination
        words[13] = target.0
        words[14] = target.1
    }
}
