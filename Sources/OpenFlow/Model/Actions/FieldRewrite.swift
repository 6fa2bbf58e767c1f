/// New values for some bits of a field (OVS: `struct ofpact_set_field`).
public struct FieldRewrite: Sendable, Hashable {
    /// Which action it was, so that it is told as it was asked for.
    public enum Style: Sendable, Hashable {
        /// OFPAT_SET_FIELD.
        case setField
        /// The same with a mask, though it covers the whole field.
        case setFieldMasked
        /// NXAST_REG_LOAD, whose bits are one range of at most 64.
        case load
        /// NXAST_REG_LOAD2.
        case load2
    }

    /// 128 bits of a field that has more: an option of tunnels.
    public struct Part: Sendable, Hashable {
        public let value: UInt128
        public let mask: UInt128
    }

    public let field: MatchField
    /// What is above the lower 128 bits, the lowest first; empty for all other fields, as many as the
    /// field has for these.
    public let upper: [Part]
    /// As a number, bit 0 the least significant; zero outside ``mask``.
    public let value: UInt128
    public let mask: UInt128
    public let style: Style

    public init(_ field: MatchField, value: UInt128, mask: UInt128? = nil, style: Style = .setField) {
        self.init(field, value: value, mask: mask, style: style, upper: [])
    }

    private init(_ field: MatchField, value: UInt128, mask: UInt128?, style: Style, upper: [Part]) {
        let mask = (mask ?? field.valid) & field.valid
        self.field = field
        self.upper = upper
        self.value = value & mask
        self.mask = mask
        self.style = style
    }

    /// The same for a field of any size.
    public init(_ field: MatchField, whole value: FieldValue, mask: FieldValue? = nil, style: Style = .setField) {
        let bits = (mask ?? FieldValue(ones: field.bits)).truncated(to: field.bits)
        let significant = value & bits
        self.init(
            field, value: value.low, mask: mask?.low, style: style,
            upper: !field.isWide
                ? [] : (1..<field.partCount).map { Part(value: significant.part($0), mask: bits.part($0)) })
    }

    /// New values for the bits of a range: the low ones of `value`.
    public init(_ range: FieldRange, value: FieldValue, style: Style) {
        guard range.field.isWide else {
            self.init(range.field, value: value.low << UInt128(range.offset), mask: range.mask, style: style)
            return
        }
        self.init(
            range.field, whole: value.shifted(left: range.offset),
            mask: FieldValue(ones: range.bits).shifted(left: range.offset), style: style)
    }

    public var wholeValue: FieldValue {
        upper.isEmpty ? FieldValue(value) : FieldValue(parts: [value] + upper.map(\.value))
    }
    public var wholeMask: FieldValue {
        upper.isEmpty ? FieldValue(mask) : FieldValue(parts: [mask] + upper.map(\.mask))
    }
}
