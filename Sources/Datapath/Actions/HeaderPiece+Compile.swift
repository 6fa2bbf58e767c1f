import Packets

/// From words of a ``FlowKey`` to pieces of a header: where each field stands on the wire. Control only.
extension HeaderPiece {
    /// The pieces of a change; none if it says nothing, or nothing about the header that it names.
    static func compile(_ rewrite: HeaderRewrite) -> [HeaderPiece] {
        var value = FlowKey()
        var mask = FlowMask()
        for word in rewrite.words where Int(word.index) < FlowKey.wordCount {
            let index = Int(word.index)
            value[index] = value[index] & ~word.mask | word.value & word.mask
            mask[index] |= word.mask
        }
        var pieces: [HeaderPiece] = []
        func add(_ offset: UInt16, _ width: UInt8, _ role: Role = .header, _ bits: (FlowKey) -> UInt64) {
            let wanted = bits(mask)
            if wanted != 0 { pieces.append(HeaderPiece(offset, width: width, role, value: bits(value), mask: wanted)) }
        }
        switch rewrite.header {
        case .ethernet:
            add(0, 8) { $0[1] & 0xffff_ffff_ffff }
            add(6, 8) { $0[2] & 0xffff_ffff_ffff }
            add(0, 2, .type) { $0[2] >> 48 }
        case .ipv4:
            add(0, 2) { ($0[4] >> 8 & 0xff) << 8 }  // version and length | TOS
            add(8, 2) { $0[4] >> 16 & 0xff }  // TTL | protocol
            add(8, 2, .address) { ($0[4] & 0xff) << 8 }
            add(12, 4, .address) { $0[5] & 0xffff_ffff }
            add(16, 4, .address) { $0[5] >> 32 }
        case .ipv6:
            add(0, 4) { key in
                let label = key.u32(FlowField.ipv6Label) & 0xf_ffff
                return UInt64((UInt32(key.u8(FlowField.networkTOS)) << 20 | label).bigEndian)
            }
            add(6, 2) { ($0[4] >> 16 & 0xff) << 8 }  // next header | hop limit
            add(0, 1, .proto) { $0[4] & 0xff }
            for index in 0..<4 { add(UInt16(8 + 8 * index), 8, index < 2 ? .address : .destination) { $0[6 + index] } }
        case .arp:
            add(6, 2) { ($0[4] & 0xff) << 8 }  // the operation's low byte
            add(8, 8) { $0[11] & 0xffff_ffff_ffff }
            add(14, 4) { $0[5] & 0xffff_ffff }
            add(18, 8) { $0[12] & 0xffff_ffff_ffff }
            add(24, 4) { $0[5] >> 32 }
        case .tcp:
            add(0, 4) { $0[10] & 0xffff_ffff }
            add(12, 2) { $0[10] >> 32 & 0xff0f }  // header length | twelve bits of flags
        case .udp, .sctp:
            add(0, 4) { $0[10] & 0xffff_ffff }
        case .icmpv4, .icmpv6:
            // The key has them as 16-bit numbers.
            add(0, 2) { $0[10] >> 8 & 0xff | ($0[10] >> 24 & 0xff) << 8 }
        case .neighborDiscovery:
            add(8, 8) { $0[13] }
            add(16, 8) { $0[14] }
            add(4, 4) { $0[16] & 0xffff_ffff }
            add(0, 8, .sourceOption) { $0[11] << 16 }  // type | length | address
            add(0, 8, .targetOption) { $0[12] << 16 }
            // Last, as it changes which option is which.
            add(0, 2, .firstOption) { $0[16] >> 40 & 0xff }
        case .mpls:
            add(0, 4) { $0[15] & 0xffff_ffff }
        case .pbb:
            add(0, 4) { ($0[16] >> 32 & 0xff_ffff) << 8 | ($0[16] >> 56 & 1) << 3 }  // flags | I-SID
        case .mark:
            add(0, 4) { $0[17] >> 32 }
        case .priority:
            add(0, 4) { $0[18] & 0xffff_ffff }
        case .tunnel:
            break  // there are no tunnel ports that could read it
        }
        return pieces
    }
}
