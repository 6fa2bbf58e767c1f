import Packets

/// A field whose prefixes a table tells apart: where its bits stand in a ``FlowKey``.
struct PrefixField: Sendable, Hashable {
    /// In bytes.
    let offset: Int
    let bits: Int
    /// Whether it is a number in host order, of 64 bits.
    private let isHost: Bool

    private init(_ offset: Int, bits: Int, isHost: Bool = false) {
        self.offset = offset
        self.bits = bits
        self.isHost = isHost
    }

    /// What tables track unless they are told otherwise; Open vSwitch 3.1 has the first two.
    static let standard = [
        PrefixField(FlowField.ipv4Destination, bits: 32), PrefixField(FlowField.ipv4Source, bits: 32),
        PrefixField(FlowField.ipv6Destination, bits: 128), PrefixField(FlowField.ipv6Source, bits: 128),
    ]

    /// The field for one that a Flow_Table row names; nil: its prefixes mean nothing.
    init?(_ field: MatchField) {
        switch field.name {
        case "ip_src": self.init(FlowField.ipv4Source, bits: 32)
        case "ip_dst": self.init(FlowField.ipv4Destination, bits: 32)
        case "ipv6_src": self.init(FlowField.ipv6Source, bits: 128)
        case "ipv6_dst": self.init(FlowField.ipv6Destination, bits: 128)
        case "tun_src": self.init(FlowField.tunnelIPv4Source, bits: 32)
        case "tun_dst": self.init(FlowField.tunnelIPv4Destination, bits: 32)
        case "tun_ipv6_src": self.init(FlowField.tunnelIPv6Source, bits: 128)
        case "tun_ipv6_dst": self.init(FlowField.tunnelIPv6Destination, bits: 128)
        case "tun_id": self.init(FlowField.tunnelID, bits: 64, isHost: true)
        default: return nil
        }
    }

    /// The index of the key's first word that has bits of the field.
    var firstWord: Int { offset >> 3 }

    /// The field's bits, the most significant first, left-aligned. `words` has `FlowKey.wordCount`.
    func value(in words: UnsafePointer<UInt64>) -> UInt128 {
        if isHost { return UInt128(words[firstWord]) << 64 }
        if bits == 32 {
            let half = UInt32(truncatingIfNeeded: words[firstWord] >> UInt64((offset & 7) * 8))
            return UInt128(half.byteSwapped) << 96
        }
        return UInt128(words[firstWord].byteSwapped) << 64 | UInt128(words[firstWord + 1].byteSwapped)
    }

    func value(in key: FlowKey) -> UInt128 {
        withUnsafeBytes(of: key) { bytes in
            bytes.assumingMemoryBound(to: UInt64.self).baseAddress.map { value(in: $0) } ?? 0
        }
    }

    /// How many leading bits `mask` counts when it counts no others; 0: it is no prefix.
    func length(in mask: FlowMask) -> Int {
        let value = value(in: mask)
        let length = (~value).leadingZeroBitCount
        return value == Self.prefix(length) ? length : 0
    }

    /// Counts the first `length` bits in `mask`.
    func merge(_ length: Int, into mask: UnsafeMutablePointer<UInt64>) {
        let prefix = Self.prefix(length)
        if isHost {
            mask[firstWord] |= UInt64(truncatingIfNeeded: prefix >> 64)
        } else if bits == 32 {
            let half = UInt32(truncatingIfNeeded: prefix >> 96).byteSwapped
            mask[firstWord] |= UInt64(half) << UInt64((offset & 7) * 8)
        } else {
            mask[firstWord] |= UInt64(truncatingIfNeeded: prefix >> 64).byteSwapped
            mask[firstWord + 1] |= UInt64(truncatingIfNeeded: prefix).byteSwapped
        }
    }

    /// Whether `mask` counts the first `length` bits already.
    func isCounted(_ length: Int, in mask: UnsafePointer<UInt64>) -> Bool {
        let prefix = Self.prefix(length)
        return value(in: mask) & prefix == prefix
    }

    private static func prefix(_ length: Int) -> UInt128 {
        length == 0 ? 0 : UInt128.max << UInt128(128 - length)
    }
}
