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
        guard description.utf8.count == Self.length else { return nil }
        var description = description
        guard let value = description.withUTF8(Self.read) else { return nil }
        self = value
    }

    private static func read(_ text: UnsafeBufferPointer<UInt8>) -> UUIDValue? {
        var words = (UInt64(0), UInt64(0))
        var isWrong = false
        func read(_ range: Range<Int>, _ word: inout UInt64) {
            for byte in text[range] {
                let (digit, letter) = (byte &- UInt8(ascii: "0"), (byte | 0x20) &- UInt8(ascii: "a"))
                if digit > 9, letter > 5 { isWrong = true }
                word = word << 4 | UInt64(digit < 10 ? digit : letter &+ 10)
            }
        }
        read(0..<8, &words.0)
        read(9..<13, &words.0)
        read(14..<18, &words.0)
        read(19..<23, &words.1)
        read(24..<36, &words.1)
        for place in [8, 13, 18, 23] where text[place] != UInt8(ascii: "-") { isWrong = true }
        return isWrong ? nil : UUIDValue(high: words.0, low: words.1)
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
