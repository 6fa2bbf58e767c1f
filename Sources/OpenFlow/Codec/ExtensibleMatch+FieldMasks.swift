extension ExtensibleMatch {
    /// Reads fields with masks where a match has values (`fields` of a select group).
    ///
    /// - Throws: `badMatchField`, `badMatchMask`, `duplicateField`, `badMatchLength`.
    static func decodeFieldMasks(_ reader: ByteReader) throws(OpenFlowError) -> [Group.FieldMask] {
        var reader = reader
        var fields: [Group.FieldMask] = []
        while reader.remaining > 0 {
            let entry = try FieldCodec.readEntry(&reader)
            guard !entry.hasMask else { throw OpenFlowError(.badMatchField, entry.field.name) }
            guard entry.field.isMaskValid(entry.value) else { throw OpenFlowError(.badMatchMask, entry.field.name) }
            guard !fields.contains(where: { $0.field == entry.field }) else {
                throw OpenFlowError(.duplicateField, entry.field.name)
            }
            fields.append(
                Group.FieldMask(field: entry.field, mask: entry.whole?.value ?? FieldValue(entry.value)))
        }
        return fields
    }

    /// Writes what ``decodeFieldMasks(_:)`` reads, without padding.
    static func encode(_ fields: [Group.FieldMask], version: OpenFlowVersion, into writer: inout ByteWriter) {
        for entry in fields {
            let version = version == .v10 ? nil : version
            if entry.field.option != nil {
                let ones = FieldValue(ones: entry.field.bits)
                FieldCodec.writeOption(entry.field, value: entry.mask, mask: ones, version: version, into: &writer)
            } else {
                FieldCodec.writeEntry(entry.field, value: entry.mask.low, version: version, into: &writer)
            }
        }
    }
}
