/// A 32-bit IPv4 address (RFC 791).
@frozen
public struct IPv4Address: Hashable, Sendable {
    /// The number that the dotted notation reads as: `0x0a000001` for 10.0.0.1.
    public var number: UInt32

    @inlinable
    public init(number: UInt32) { self.number = number }

    @inlinable
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        number = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Parses four decimal numbers `a.b.c.d`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                let byte = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(byte)
        }
        self.number = number
    }

    /// 224.0.0.0/4 (RFC 5771).
    @inlinable public var isMulticast: Bool { number >> 28 == 0xe }

    /// The length of the prefix that this mask is, or nil if its ones are not all in front.
    public var prefixLength: Int? {
        let length = (~number).leadingZeroBitCount
        return length == 32 || number << UInt32(length) == 0 ? length : nil
    }
}

extension IPv4Address: CustomStringConvertible {
    public var description: String {
        "\(number >> 24).\(number >> 16 & 0xff).\(number >> 8 & 0xff).\(number & 0xff)"
    }
}
