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

    public let field: MatchField
    /// As a number, bit 0 the least significant; zero outside ``mask``.
    public let value: UInt128
    public let mask: UInt128
    public let style: Style

    public init(_ field: MatchField, value: UInt128, mask: UInt128? = nil, style: Style = .setField) {
        let mask = (mask ?? field.valid) & field.valid
        self.field = field
        self.value = value & mask
        self.mask = mask
        self.style = style
    }
}
