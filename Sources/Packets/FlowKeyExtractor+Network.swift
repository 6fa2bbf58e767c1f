/// Layer 3: IPv4 (RFC 791), IPv6 (RFC 8200), ARP (RFC 826), MPLS (RFC 3032).
extension FlowKeyExtractor {
    @inline(__always)
    static func readIPv4(_ cursor: inout HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        guard cursor.count >= 20 else { return }
        let headerLength = Int(cursor.u8(0) & 0xf) * 4
        let totalLength = Int(cursor.u16(2))
        guard headerLength >= 20, totalLength >= headerLength, totalLength <= cursor.count &+ cursor.beyond else {
            return
        }

        let fragment = cursor.u16(6)
        let isLater = fragment & 0x1fff != 0
        var bits: UInt64 = 0
        if fragment & 0x3fff != 0 { bits = UInt64(FlowField.fragmentAny) }
        if isLater { bits |= UInt64(FlowField.fragmentLater) }
        let proto = cursor.u8(9)
        words[4] = UInt64(proto) | UInt64(cursor.u8(1)) << 8 | UInt64(cursor.u8(8)) << 16 | bits << 24
        words[5] = cursor.word(12)
        guard !isLater else { return }
        cursor.count = min(totalLength, cursor.count)  // what follows the datagram is padding
        cursor.skip(headerLength)
        readTransport(cursor, proto, words)
    }

    static func readIPv6(_ cursor: inout HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        guard cursor.count >= 40 else { return }
        let first = cursor.u32(0)
        let payloadLength = Int(cursor.u16(4))
        guard payloadLength <= cursor.count - 40 + cursor.beyond else { return }
        var proto = cursor.u8(6)
        let hopLimit = cursor.u8(7)
        for index in 0..<4 { words[6 + index] = cursor.word(8 + 8 * index) }
        cursor.count = min(payloadLength + 40, cursor.count)
        cursor.skip(40)

        var extensions = ExtensionHeaders()
        guard extensions.read(&cursor, &proto) else { return }
        let fragmentBits = extensions.fragmentBits
        let trafficClass = UInt64(first >> 20 & 0xff)
        words[4] =
            UInt64(proto) | trafficClass << 8 | UInt64(hopLimit) << 16 | UInt64(fragmentBits) << 24
            | UInt64((first & 0xf_ffff).byteSwapped) << 32
        if fragmentBits & FlowField.fragmentLater == 0 { readTransport(cursor, proto, words) }
        words[10] |= UInt64(extensions.seen.byteSwapped) << 48
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

    /// The I-TAG of provider backbone bridging (IEEE 802.1ah section 9.7): flags, I-SID. Nothing below is read.
    static func readServiceTag(_ cursor: HeaderCursor, _ words: UnsafeMutablePointer<UInt64>) {
        guard cursor.count >= 4 else { return }
        let usesCustomerAddress = UInt64(cursor.u8(0) >> 3 & 1)
        words[16] = (cursor.half(0) >> 8) << 32 | usesCustomerAddress << 56
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
