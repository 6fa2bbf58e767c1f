extension RequestDecoder {
    func tableMod(_ body: inout ByteReader) throws(OpenFlowError) -> TableMod {
        var change = TableMod(table: try table(&body))
        try body.skip(3)
        let configuration = try body.u32()
        switch version {
        case .v10, .v11, .v12:
            // OVS too takes the value that means nothing for "controller".
            change.miss = TableMod.Miss(rawValue: configuration & 3) ?? .controller
            try body.expectEnd()
        case .v13:
            // The bits of 1.1 and 1.2 are only reserved.
            guard configuration & ~3 == 0 else {
                throw OpenFlowError(.badTableModConfiguration, "configuration \(configuration)")
            }
            try body.expectEnd()
        case .v14, .v15:
            guard configuration & ~0b1111 == 0 else {
                throw OpenFlowError(.badTableModConfiguration, "configuration \(configuration)")
            }
            change.evicts = configuration & 4 != 0
            change.sendsVacancyEvents = configuration & 8 != 0
            try tableProperties(body, &change)
        }
        return change
    }

    private func tableProperties(_ body: ByteReader, _ change: inout TableMod) throws(OpenFlowError) {
        var properties = PropertyReader(body)
        while let (kind, contents) = try properties.next() {
            switch kind {
            case .standard(2):
                change.evictionFlags = try contents.property32()
            case .standard(3):
                let vacancy = try contents.property { (reader) throws(OpenFlowError) -> TableMod.Vacancy in
                    let vacancy = TableMod.Vacancy(down: try reader.u8(), up: try reader.u8())
                    // What there is now can only be told, not set.
                    guard try reader.u8() == 0 else { throw OpenFlowError(.badPropertyValue, "vacancy is set") }
                    try reader.skip(1)
                    return vacancy
                }
                guard vacancy.down <= vacancy.up, vacancy.up <= 100 else {
                    throw OpenFlowError(.badPropertyValue, "vacancy \(vacancy.down) to \(vacancy.up)")
                }
                change.vacancy = vacancy
            default:
                throw PropertyReader.unknown(kind)
            }
        }
    }
}
