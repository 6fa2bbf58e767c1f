/// Numbers as texts of OVS's have them: decimal, octal behind 0, hexadecimal behind 0x.
package enum TextNumber {
    package static func parse<Number: FixedWidthInteger>(_ text: some StringProtocol, as type: Number.Type) -> Number? {
        guard let value = parse(text) else { return nil }
        return Number(exactly: value)
    }

    /// nil for what is no number, or does not fit.
    package static func parse(_ text: some StringProtocol) -> UInt128? {
        let lower = text.lowercased()
        if lower.hasPrefix("0x") { return digits(lower.dropFirst(2), radix: 16) }
        if lower.hasPrefix("0"), lower.count > 1 { return digits(lower.dropFirst(1), radix: 8) }
        return digits(lower[...], radix: 10)
    }

    private static func digits(_ text: Substring, radix: UInt128) -> UInt128? {
        guard !text.isEmpty else { return nil }
        var value: UInt128 = 0
        for character in text {
            guard character.isASCII, let digit = character.hexDigitValue, digit < radix else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: radix)
            let (sum, carried) = product.addingReportingOverflow(UInt128(digit))
            guard !overflowed, !carried else { return nil }
            value = sum
        }
        return value
    }

    /// `0x` and the number, padded with zeros to `digits`.
    package static func hex(_ value: some BinaryInteger, digits: Int = 1) -> String {
        "0x" + padded(value, radix: 16, digits: digits)
    }

    /// A number that is not negative, padded with zeros to `digits`.
    package static func padded(_ value: some BinaryInteger, radix: Int = 10, digits: Int) -> String {
        let text = String(value, radix: radix)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// As C's `%#x` writes it: zero alone without `0x`.
    package static func alternateHex(_ value: some BinaryInteger) -> String { value == 0 ? "0" : hex(value) }
}
