/// What this switch can do, in the numbers that messages about features have; taken from the codecs themselves.
enum SupportedFeatures {
    /// Bits 1 << OFPAT_* of the version's standard actions.
    static func actions(_ version: OpenFlowVersion) -> UInt32 {
        (0..<32).reduce(0) { bits, number in
            ActionForm(standard: UInt16(number), version: version) == nil ? bits : bits | 1 << UInt32(number)
        }
    }

    /// Bits 1 << OFPIT_*.
    static func instructions(_ version: OpenFlowVersion, goto: Bool = true) -> UInt32 {
        var bits: UInt32 =
            1 << InstructionCodec.writeMetadata | 1 << InstructionCodec.writeActions
            | 1 << InstructionCodec.applyActions | 1 << InstructionCodec.clearActions
        if goto { bits |= 1 << InstructionCodec.goto }
        if version == .v13 || version == .v14 { bits |= 1 << InstructionCodec.meter }
        return bits
    }

    /// Bits 1 << OFPXMT_OFB_* of the fields that satisfy `condition`.
    static func basicFields(_ version: OpenFlowVersion, where condition: (MatchField) -> Bool) -> UInt64 {
        MatchField.all.reduce(0) { bits, field in
            guard let header = field.header(version), header.classNumber == 0x8000, header.field < 64, condition(field)
            else { return bits }
            return bits | 1 << UInt64(header.field)
        }
    }
}
