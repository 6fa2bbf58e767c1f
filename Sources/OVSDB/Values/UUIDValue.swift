/// A 128-bit row identity (RFC 4122), without Foundation.
public struct UUIDValue: Hashable, Comparable, Sendable, LosslessStringConvertible {
    /// The first 64 bits, as written.
    public let high: UInt64
    /// The last 64 bits, as written.
    public let low: UInt64

    /// The UUID of these 128 bits.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// All bits zero: the default of a UUID column, and "no transaction" for `monitor_cond_since`.
    public static let zero = UUIDValue(high: 0, low: 0)

    /// A new version-4 UUID.
    public static func random() -> UUIDValue {
        UUIDValue(version4: .random(in: 0 ... .max), .random(in: 0 ... .max))
    }

    /// The version-4 UUID whose other bits are these.
    init(version4 high: UInt64, _ low: UInt64) {
        self.init(high: high & ~0xF000 | 0x4000, low: low & ~(0b11 << 62) | 0b10 << 62)
    }

    /// The UUID written in the form 8-4-4-4-12; nil for any other text.
    public init?(_ description: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var position = 0
        for byte in description.utf8 {
            switch position {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return nil }
            default:
                let digit: UInt8
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
                case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
                case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
                default: return nil
                }
                if position < 18 {
                    words.0 = words.0 << 4 | UInt64(digit)
                } else {
                    words.1 = words.1 << 4 | UInt64(digit)
                }
            }
            position += 1
            guard position <= 36 else { return nil }
        }
        guard position == 36 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    public var description: String { String(unsafeUninitializedCapacity: Self.length, initializingUTF8With: write) }

    /// Appends the UUID as written.
    package func write(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.length) { text in
            bytes.append(contentsOf: text[..<write(text)])
        }
    }

    private static let length = 36

    private func write(_ text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let digits: StaticString = "0123456789abcdef"
        var out = 0
        for nibble in 0..<32 {
            let word = nibble < 16 ? high : low
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                text[out] = UInt8(ascii: "-")
                out += 1
            }
            text[out] = digits.utf8Start[Int(word >> UInt64(60 - 4 * (nibble & 15)) & 15)]
            out += 1
        }
        return out
    }

    public static func < (a: UUIDValue, b: UUIDValue) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
