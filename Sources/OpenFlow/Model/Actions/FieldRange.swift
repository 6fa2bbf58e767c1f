/// Some bits of a field (OVS: `struct mf_subfield`): `FIELD[offset..offset+bits-1]`, bit 0 the least significant.
public struct FieldRange: Sendable, Hashable {
    public let field: MatchField
    public let offset: Int
    public let bits: Int

    /// - Precondition: the range lies within the field; decoders check what peers say before they make one.
    public init(_ field: MatchField, offset: Int, bits: Int) {
        precondition(offset >= 0 && bits > 0 && offset + bits <= field.bits)
        self.field = field
        self.offset = offset
        self.bits = bits
    }

    /// The whole field.
    public init(_ field: MatchField) { self.init(field, offset: 0, bits: field.bits) }

    public var isWhole: Bool { offset == 0 && bits == field.bits }

    /// Ones in the range's place within the field, as far as 128 bits go.
    public var mask: UInt128 { (bits >= 128 ? .max : (1 << UInt128(bits)) - 1) << UInt128(offset) }
}
