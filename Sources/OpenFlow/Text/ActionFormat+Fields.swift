import Packets

extension ActionFormat {
    func rewrite(_ rewrite: FieldRewrite) -> String {
        if rewrite.style == .load {
            return rewrite.segments.map { "load:\(Self.hex($0.value))->\($0.range.symbol)" }.joined(separator: ",")
        }
        if rewrite.field.option != nil {
            let value = FieldText.option(rewrite.wholeValue, rewrite.wholeMask, rewrite.field)
            return "set_field:\(value)->\(rewrite.field.name)"
        }
        return "set_field:\(fieldValue(rewrite.field, rewrite.value, mask: rewrite.toldMask))->\(rewrite.field.name)"
    }

    /// A field's value in the field's own notation.
    ///
    /// - Parameter mask: nil for the whole field.
    func fieldValue(_ field: MatchField, _ value: UInt128, mask: UInt128? = nil) -> String {
        if mask == 0 { return "ANY" }
        switch field.format {
        case .port where mask == nil:
            let number = UInt32(truncatingIfNeeded: value)
            let port =
                field.size == 4 ? try? OpenFlowPort(wide: number) : OpenFlowPort(rawValue: UInt16(number & 0xffff))
            return port.map { self.port($0) } ?? String(number)
        case .port, .decimal: return String(value) + (mask.map { "/" + Self.hex($0) } ?? "")
        case .hexadecimal: return Self.hex(value) + (mask.map { "/" + Self.hex($0) } ?? "")
        case .ethernet: return Self.ethernet(value) + (mask.map { "/" + Self.ethernet($0) } ?? "")
        case .ipv4:
            return Self.address(value, mask, bits: 32) { "\(IPv4Address(number: UInt32(truncatingIfNeeded: $0)))" }
        case .ipv6:
            return Self.address(value, mask, bits: 128) {
                "\(IPv6Address(high: UInt64(truncatingIfNeeded: $0 >> 64), low: UInt64(truncatingIfNeeded: $0)))"
            }
        case .fragment: return Self.fragment(UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: mask ?? 3))
        case .tunnelFlags: return Self.flags(value, mask, ["oam"])
        case .tcpFlags:
            return Self.flags(
                value, mask,
                ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"])
        case .connectionState:
            return Self.flags(value, mask, ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"])
        case .packetType: return value == 0 && mask == nil ? "eth" : Self.packetType(value, mask)
        }
    }

    private static func ethernet(_ value: UInt128) -> String {
        "\(MACAddress(number: UInt64(truncatingIfNeeded: value)))"
    }

    /// An address with the length of its prefix, or with a mask that is none.
    private static func address(
        _ value: UInt128, _ mask: UInt128?, bits: Int, _ text: (UInt128) -> String
    ) -> String {
        guard let mask else { return text(value) }
        let open = (bits >= 128 ? .max : (1 << UInt128(bits)) - 1) & ~mask
        guard open & (open &+ 1) == 0 else { return "\(text(value))/\(text(mask))" }
        return "\(text(value))/\(mask.nonzeroBitCount)"
    }

    private static func fragment(_ value: UInt8, _ mask: UInt8) -> String {
        switch (value & mask & 3, mask & 3) {
        case (0, 3): "no"
        case (1, 3): "first"
        case (3, 3): "later"
        case (0, 1): "no"
        case (1, 1): "yes"
        case (0, 2): "not_later"
        case (2, 2): "later"
        default: "<error>"
        }
    }

    /// The names of the bits that are set; under a mask `+` and `-` before each that counts.
    private static func flags(_ value: UInt128, _ mask: UInt128?, _ names: [String]) -> String {
        let named = names.enumerated().map { (bit: UInt128(1) << UInt128($0.offset), name: $0.element) }
        if let mask {
            return named.filter { mask & $0.bit != 0 }.map { (value & $0.bit != 0 ? "+" : "-") + $0.name }.joined()
        }
        if value == 0 { return "0" }
        return named.filter { value & $0.bit != 0 }.map(\.name).joined(separator: "|")
    }

    private static func packetType(_ value: UInt128, _ mask: UInt128?) -> String {
        func part(_ shift: UInt128, _ text: (UInt128) -> String) -> String {
            let number = value >> shift & 0xffff
            guard let bits = mask.map({ $0 >> shift & 0xffff }), bits != 0xffff else { return text(number) }
            return "\(text(number))/\(hex(bits))"
        }
        return "packet_type=(\(part(16) { String($0) }),\(part(0) { hex($0) }))"
    }
}

extension FieldRange {
    /// `NXM_NX_REG0[]`, `NXM_NX_REG0[3]`, `NXM_NX_REG0[4..7]`.
    public var symbol: String {
        if isWhole { return field.symbol + "[]" }
        return bits == 1 ? "\(field.symbol)[\(offset)]" : "\(field.symbol)[\(offset)..\(offset + bits - 1)]"
    }
}
