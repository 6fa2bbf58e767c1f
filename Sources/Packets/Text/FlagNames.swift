/// Names for the bits of a number, as fields that are sets of flags are written (OVS: format_flags_masked,
/// parse_flags).
package struct FlagNames: Sendable {
    /// By bit; nil: a bit without a name.
    let names: [String?]
    /// The bits that there are.
    let all: UInt32
    /// What messages about them say.
    let title: String

    package static let tcp = FlagNames(
        names: ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"], all: 0xfff,
        title: "TCP")
    package static let tunnel = FlagNames(names: ["oam"], all: 1, title: "tunnel")
    /// Those too that the datapath alone sees.
    package static let tunnelInternal = FlagNames(names: ["oam", "df", "csum", "key"], all: 0xf, title: "tunnel")
    package static let connection = FlagNames(
        names: ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"], all: 0xff, title: "ct_state")

    /// `a|b` where `mask` counts all of them, else `+a-b`.
    package func format(_ flags: UInt32, mask: UInt32) -> String {
        guard mask & all != all else { return exact(flags) }
        guard mask != 0 else { return "0/0" }
        return (0..<32).filter { mask >> UInt32($0) & 1 != 0 }
            .map { bit in (flags >> UInt32(bit) & 1 != 0 ? "+" : "-") + (name(bit) ?? "[Unknown]") }
            .joined()
    }

    private func exact(_ flags: UInt32) -> String {
        guard flags != 0 else { return "0" }
        let bits = (0..<32).filter { flags >> UInt32($0) & 1 != 0 }
        let unnamed = bits.filter { name($0) == nil }.reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
        return (bits.compactMap { name($0) } + (unnamed == 0 ? [] : ["0x" + String(unnamed, radix: 16)]))
            .joined(separator: "|")
    }

    private func name(_ bit: Int) -> String? { names.indices.contains(bit) ? names[bit] : nil }

    /// Reads `a|b`, numbers among them, `+a-b`, or `value/mask`; nil for `mask`: all.
    package func parse(_ text: some StringProtocol) throws(TextError) -> (flags: UInt32, mask: UInt32?) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let value = TextNumber.parse(parts[0], as: UInt32.self),
            let mask = TextNumber.parse(parts[1], as: UInt32.self)
        {
            guard value & ~all == 0, mask & ~all == 0 else { throw unknown(text) }
            return (value, mask)
        }
        if text.hasPrefix("+") || text.hasPrefix("-") { return try parseSigned(String(text)) }
        var flags: UInt32 = 0
        for part in text.split(separator: "|") {
            if let number = TextNumber.parse(part, as: UInt32.self) {
                flags |= number
            } else if let bit = names.firstIndex(of: String(part)) {
                flags |= 1 << UInt32(bit)
            } else {
                throw unknown(text)
            }
        }
        guard flags & ~all == 0 else { throw unknown(text) }
        return (flags, nil)
    }

    private func parseSigned(_ text: String) throws(TextError) -> (flags: UInt32, mask: UInt32?) {
        var flags: UInt32 = 0
        var mask: UInt32 = 0
        var rest = text[...]
        while let sign = rest.first {
            guard sign == "+" || sign == "-" else {
                throw TextError("\(rest): \(title) must be preceded by '+' (for SET) or '-' (NOT SET)")
            }
            rest = rest.dropFirst()
            let name = rest.prefix { $0 != "+" && $0 != "-" }
            guard let bit = names.firstIndex(of: String(name)) else { throw unknown(rest) }
            guard mask >> UInt32(bit) & 1 == 0 else {
                throw TextError("\(rest): Each \(title) flag can be specified only once")
            }
            mask |= 1 << UInt32(bit)
            if sign == "+" { flags |= 1 << UInt32(bit) }
            rest = rest.dropFirst(name.count)
        }
        return (flags, mask)
    }

    private func unknown(_ text: some StringProtocol) -> TextError { TextError("\(text): unknown \(title) flag(s)") }
}
