extension RequestDecoder {
    /// The tables that a request, or a part of one, describes.
    func tableFeatures(_ body: inout ByteReader) throws(OpenFlowError) -> [TableFeaturesChange] {
        var changes: [TableFeaturesChange] = []
        while body.remaining > 0 {
            do throws(OpenFlowError) {
                let length = Int(try body.u16())
                guard length >= 64, length % 8 == 0 else {
                    throw OpenFlowError(.badPropertyLength, "table features of \(length) bytes")
                }
                changes.append(try tableFeatures(try body.part(length - 2)))
            } catch {
                throw error.lengthAs(.badPropertyLength)
            }
        }
        return changes
    }

    private func tableFeatures(_ body: ByteReader) throws(OpenFlowError) -> TableFeaturesChange {
        var body = body
        let table = try body.u8()
        let number = try body.u8()
        try body.skip(4)
        guard let command = version < .v15 ? .replace : TableFeaturesChange.Command(rawValue: number) else {
            throw OpenFlowError(.badTableFeaturesCommand, "command \(number)")
        }
        guard table != 0xff else { throw OpenFlowError(.badTableFeaturesTable, "every table") }
        var text = try body.part(32)
        let name = text.rest().prefix { $0 != 0 }
        // Bits of the metadata, of which all can be matched and written; OFPTC_*.
        try body.skip(20)
        let maximum = try body.u32()
        var change = TableFeaturesChange(
            command: command, table: table, name: String(decoding: name, as: UTF8.self), maximumEntries: maximum,
            isSupported: true)
        let hasProperties = body.remaining > 0
        var seen: UInt32 = 0
        var properties = PropertyReader(body, firstExperimenterType: 0xfffe)
        while let (kind, contents) = try properties.next() {
            guard case .standard(let type) = kind, type < 16, type != 9, type != 11 else {
                throw PropertyReader.unknown(kind)
            }
            guard seen >> UInt32(type) & 1 == 0 else { throw OpenFlowError(.badTableFeatures, "property \(type)") }
            seen |= 1 << UInt32(type)
            if try !isSupported(type, contents) { change.isSupported = false }
        }
        // All that are not about the table-miss flow must be there, or in version 1.5 none.
        let required: UInt32 = 1 << 0 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 12 | 1 << 14
        guard seen & required == required || (version >= .v15 && !hasProperties) else {
            throw OpenFlowError(.badTableFeatures, "properties are missing")
        }
        return change
    }

    /// Whether this switch has all that a property names. Odd types are about the table-miss flow.
    private func isSupported(_ type: UInt16, _ contents: ByteReader) throws(OpenFlowError) -> Bool {
        var contents = contents
        switch type & ~1 {
        case 0: return try areSupported(&contents, SupportedFeatures.instructions(version))
        case 2: return true
        case 4, 6: return try areSupported(&contents, SupportedFeatures.actions(version))
        default:
            var isKnown = true
            while contents.remaining > 0 {
                // An unknown field is no error here, only nothing that we have.
                let raw = try FieldCodec.readRawHeader(&contents)
                if raw.field == nil, raw.header.option == nil { isKnown = false }
            }
            return isKnown
        }
    }

    private func areSupported(_ contents: inout ByteReader, _ bits: UInt32) throws(OpenFlowError) -> Bool {
        var isKnown = true
        while contents.remaining > 0 {
            let number = try contents.u16()
            let length = Int(try contents.u16())
            guard length >= 4 else { throw OpenFlowError(.badPropertyLength, "identifier of \(length) bytes") }
            try contents.skip(length - 4)
            if number >= 32 || bits >> UInt32(number) & 1 == 0 { isKnown = false }
        }
        return isKnown
    }
}
