extension ExtensibleMatch {
    /// Reads fields with masks where a match has values (`fields` of a select group).
    ///
    /// - Throws: `badMatchField`, `badMatchMask`, `duplicateField`, `badMatchLength`.
    static func decodeFieldMasks(_ reader: ByteReader) throws(OpenFlowError) -> [Group.FieldMask] {
        var reader = reader
        var fields: [Group.FieldMask] = []
        do throws(OpenFlowError) {
            while reader.remaining > 0 {
                let classNumber = try reader.u16()
                let fieldAndMask = try reader.u8()
                var size = Int(try reader.u8())
                var experimenter: UInt32 = 0
                if classNumber == 0xffff {
                    guard size >= 4 else { throw OpenFlowError(.badMatchLength, "experimenter entry") }
                    experimenter = try reader.u32()
                    size -= 4
                }
                let header = MatchField.Header(
                    classNumber: classNumber, field: fieldAndMask >> 1, experimenter: experimenter)
                guard let field = MatchField.byHeader[header], fieldAndMask & 1 == 0, size == field.size else {
                    throw OpenFlowError(.badMatchField, "class \(classNumber) field \(fieldAndMask >> 1)")
                }
                let mask = try reader.number(size)
                guard field.isMaskable || mask & field.valid == field.valid || mask == 0 else {
                    throw OpenFlowError(.badMatchMask, field.name)
                }
                guard !fields.contains(where: { $0.field == field }) else {
                    throw OpenFlowError(.duplicateField, field.name)
                }
                fields.append(Group.FieldMask(field: field, mask: mask))
            }
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
        return fields
    }

    /// Writes what ``decodeFieldMasks(_:)`` reads, without padding.
    static func encode(_ fields: [Group.FieldMask], into writer: inout ByteWriter) {
        for entry in fields {
            guard let header = entry.field.oxm ?? entry.field.nxm else { continue }
            writer.u16(header.classNumber)
            writer.u8(header.field << 1)
            writer.u8(UInt8(truncatingIfNeeded: entry.field.size + (header.classNumber == 0xffff ? 4 : 0)))
            if header.classNumber == 0xffff { writer.u32(header.experimenter) }
            writer.number(entry.mask, entry.field.size)
        }
    }
}
