/// A number of any field: of at most 128 bits, but for options of tunnels, which have up to 992
/// (OVS: `union mf_value`).
public struct FieldValue: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// The lower 128 bits.
    public let low: UInt128
    /// What is above, 128 bits each, the lowest first; the last is not zero.
    public let upper: [UInt128]

    public init(_ number: UInt128) {
        low = number
        upper = []
    }

    public init(integerLiteral value: UInt64) { self.init(UInt128(value)) }

    /// - Parameter parts: 128 bits each, the lowest first.
    public init(parts: [UInt128]) {
        low = parts.first ?? 0
        let last = parts.lastIndex { $0 != 0 } ?? 0
        upper = last == 0 ? [] : Array(parts[1...last])
    }

    /// - Parameter bytes: the most significant first.
    public init(bytes: some Collection<UInt8>) {
        var parts: [UInt128] = Array(repeating: 0, count: (bytes.count + 15) / 16)
        for (position, byte) in zip((0..<bytes.count).reversed(), bytes) {
            parts[position / 16] |= UInt128(byte) << UInt128(position % 16 * 8)
        }
        self.init(parts: parts)
    }

    /// Ones in the lower `bits` bits.
    public init(ones bits: Int) {
        self.init(parts: (0..<(max(bits, 0) + 127) / 128).map { MatchField.ones(bits - 128 * $0) })
    }

    /// Bits 128 · `index` and the 127 above.
    public func part(_ index: Int) -> UInt128 {
        if index == 0 { return low }
        return upper.indices.contains(index - 1) ? upper[index - 1] : 0
    }

    public var partCount: Int { upper.count + 1 }

    public var isZero: Bool { low == 0 && upper.isEmpty }

    /// The lower `count` bytes, the most significant first.
    public func bytes(_ count: Int) -> [UInt8] {
        (0..<count).reversed().map { position in
            UInt8(truncatingIfNeeded: part(position / 16) >> UInt128(position % 16 * 8))
        }
    }

    /// The number times two to the power of `bits`, which is not negative.
    public func shifted(left bits: Int) -> FieldValue {
        if bits == 0 { return self }
        let whole = bits / 128
        let rest = UInt128(bits % 128)
        var parts: [UInt128] = Array(repeating: 0, count: partCount + whole + 1)
        for index in 0..<partCount {
            parts[index + whole] |= part(index) << rest
            if rest != 0 { parts[index + whole + 1] |= part(index) >> (128 - rest) }
        }
        return FieldValue(parts: parts)
    }

    /// The lower `bits` bits.
    public func truncated(to bits: Int) -> FieldValue { self & FieldValue(ones: bits) }

    public static func & (left: FieldValue, right: FieldValue) -> FieldValue {
        if left.upper.isEmpty || right.upper.isEmpty { return FieldValue(left.low & right.low) }
        return FieldValue(parts: (0..<max(left.partCount, right.partCount)).map { left.part($0) & right.part($0) })
    }

    public static func | (left: FieldValue, right: FieldValue) -> FieldValue {
        if left.upper.isEmpty, right.upper.isEmpty { return FieldValue(left.low | right.low) }
        return FieldValue(parts: (0..<max(left.partCount, right.partCount)).map { left.part($0) | right.part($0) })
    }

    /// Whether every bit of `other` is set here too.
    public func contains(_ other: FieldValue) -> Bool { self & other == other }

    /// `0x` and the digits, none of them a zero that need not be said; `0` for zero (OVS: ds_put_hex).
    public var hexadecimal: String {
        if isZero { return "0" }
        var text = "0x"
        for index in (0..<partCount).reversed() {
            let digits = String(part(index), radix: 16)
            if index < partCount - 1 { text += String(repeating: "0", count: 32 - digits.count) }
            text += digits
        }
        return text
    }

    /// Reads a number: hexadecimal behind `0x`, else decimal (of at most 128 bits); nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("0x") || text.hasPrefix("0X") else {
            guard let number = UInt128(text) else { return nil }
            self.init(number)
            return
        }
        let digits = text.dropFirst(2).compactMap { $0.isASCII ? $0.hexDigitValue : nil }
        guard !digits.isEmpty, digits.count == text.count - 2, digits.count <= 4096 else { return nil }
        var parts: [UInt128] = Array(repeating: 0, count: (digits.count + 31) / 32)
        for (position, digit) in digits.reversed().enumerated() {
            parts[position / 32] |= UInt128(digit) << UInt128(position % 32 * 4)
        }
        self.init(parts: parts)
    }
}
