import Control
import Packets

extension ReplyEncoder {
    /// OFPMP_TABLE for every table that controllers see.
    @ControlActor
    func tableStatistics(_ tables: FlowTables, _ transaction: UInt32) -> [OpenFlowMessage] {
        tableStatistics((0..<Self.visibleTables).map { tables.statistics(of: $0) }, transaction)
    }

    /// OFPMP_TABLE.
    func tableStatistics(_ tables: [TableStatistics], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.table, transaction: transaction)
        for table in tables {
            reply.add { writer in
                writer.u8(table.table)
                switch version {
                case .v10: statistics10(table, into: &writer)
                case .v11: statistics11(table, into: &writer)
                case .v12: statistics12(table, into: &writer)
                case .v13, .v14, .v15: writer.zeros(3)
                }
                writer.u32(table.activeCount)
                writer.u64(table.lookupCount)
                writer.u64(table.matchedCount)
            }
        }
        return reply.messages()
    }

    private func statistics10(_ table: TableStatistics, into writer: inout ByteWriter) {
        writer.zeros(3)
        writer.text(table.name, size: 32)
        // Every field can be wildcarded.
        writer.u32((1 << 22) - 1)
        writer.u32(table.maximumEntries)
    }

    private func statistics11(_ table: TableStatistics, into writer: inout ByteWriter) {
        // OFPFMF_*: all fields of the standard match but its type.
        let fields: UInt32 = 0xffff & ~(1 << 10)
        writer.zeros(7)
        writer.text(table.name, size: 32)
        writer.u32(fields)
        writer.u32(fields)
        writer.u32(SupportedFeatures.instructions(version, goto: hasNext(table.table)))
        writer.u32(SupportedFeatures.actions(version))
        writer.u32(SupportedFeatures.actions(version))
        writer.u32(table.miss.rawValue)
        writer.u32(table.maximumEntries)
    }

    private func statistics12(_ table: TableStatistics, into writer: inout ByteWriter) {
        let matched = SupportedFeatures.basicFields(version) { _ in true }
        let written = SupportedFeatures.basicFields(version) { $0.isWritable }
        writer.zeros(7)
        writer.text(table.name, size: 32)
        writer.u64(matched)
        writer.u64(matched)
        writer.u32(SupportedFeatures.actions(version))
        writer.u32(SupportedFeatures.actions(version))
        writer.u64(written)
        writer.u64(written)
        // All of the metadata can be matched and written.
        writer.u64(.max)
        writer.u64(.max)
        writer.u32(SupportedFeatures.instructions(version, goto: hasNext(table.table)))
        writer.u32(table.miss.rawValue)
        writer.u32(table.maximumEntries)
    }

    /// The last table has none to go to.
    private func hasNext(_ table: UInt8) -> Bool { table < Self.visibleTables - 1 }

    // MARK: Features

    /// OFPMP_TABLE_FEATURES of every table that controllers see.
    @ControlActor
    func tableFeatures(_ tables: FlowTables, _ transaction: UInt32) -> [OpenFlowMessage] {
        tableFeatures((0..<Self.visibleTables).map { tables.features(of: $0) }, transaction)
    }

    /// OFPMP_TABLE_FEATURES: what matches, instructions and actions there are, the same in every table.
    func tableFeatures(_ tables: [TableFeatures], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.tableFeatures, transaction: transaction)
        var fields = ByteWriter()
        fieldProperties(into: &fields)
        for table in tables {
            reply.add { writer in
                writer.u16(0)
                writer.u8(table.table)
                writer.zeros(5)
                writer.text(table.name, size: 32)
                writer.u64(.max)
                writer.u64(.max)
                // OFPTC_*.
                writer.u32(version < .v14 ? 0 : (table.evicts ? 4 : 0) | (table.sendsVacancyEvents ? 8 : 0))
                writer.u32(table.maximumEntries)
                let goto = hasNext(table.table)
                writer.property(0) { identifiers(SupportedFeatures.instructions(version, goto: goto), into: &$0) }
                writer.property(2) { if goto { $0.append(table.table + 1..<Self.visibleTables) } }
                writer.append(fields.bytes)
                writer.patch(writer.count, at: 0)
            }
        }
        return reply.messages()
    }

    /// Properties about actions and fields. What holds for a table's other flows holds for its table-miss flow too, and
    /// is not said again.
    private func fieldProperties(into writer: inout ByteWriter) {
        let fields = MatchField.all.filter { $0.header(version) != nil }
        // Actions to be written, and to be applied; then what Set-Field sets in either.
        writer.property(4) { identifiers(SupportedFeatures.actions(version), into: &$0) }
        writer.property(12) { headers(fields.filter(\.isWritable), masked: false, into: &$0) }
        writer.property(6) { identifiers(SupportedFeatures.actions(version), into: &$0) }
        writer.property(14) { headers(fields.filter(\.isWritable), masked: false, into: &$0) }
        // What can be matched, with a mask where that can be; what can be left out, which is each.
        writer.property(8) { headers(fields, masked: true, into: &$0) }
        writer.property(10) { headers(fields, masked: false, into: &$0) }
    }

    /// The numbers of `bits` as headers of actions or instructions without contents.
    private func identifiers(_ bits: UInt32, into writer: inout ByteWriter) {
        for number in UInt16(0)..<32 where bits >> UInt32(number) & 1 != 0 {
            writer.u16(number)
            writer.u16(4)
        }
    }

    private func headers(_ fields: [MatchField], masked: Bool, into writer: inout ByteWriter) {
        for field in fields {
            FieldCodec.writeHeader(field, hasMask: masked && field.isMaskable, version: version, into: &writer)
        }
        // Options of tunnels, be they mapped or not; a length is told that none exceeds.
        for field in MatchField.widestOptions {
            FieldCodec.writeHeader(field, hasMask: masked, version: version, into: &writer)
        }
    }

    // MARK: Descriptions

    /// OFPMP_TABLE_DESC.
    func tableDescriptions(_ tables: [TableDescription], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.tableDescription, transaction: transaction)
        for table in tables { reply.add { description(table, into: &$0) } }
        return reply.messages()
    }

    /// OFPT_TABLE_STATUS; nil: the version has none.
    func tableStatus(_ table: TableDescription, _ reason: TableDescription.StatusReason) -> OpenFlowMessage? {
        guard version >= .v14 else { return nil }
        return message(.tableStatus, 0) { writer in
            writer.u8(reason.rawValue)
            writer.zeros(7)
            description(table, into: &writer)
        }
    }

    private func description(_ table: TableDescription, into writer: inout ByteWriter) {
        let start = writer.count
        writer.u16(0)
        writer.u8(table.table)
        writer.zeros(1)
        writer.u32((table.evicts ? 4 : 0) | (table.vacancy == nil ? 0 : 8))
        writer.property(2, table.evictionFlags)
        if let vacancy = table.vacancy {
            writer.property(3) { writer in
                writer.u8(vacancy.down)
                writer.u8(vacancy.up)
                writer.u8(table.currentVacancy)
                writer.zeros(1)
            }
        }
        writer.patch(writer.count - start, at: start)
    }
}

extension FlowTables {
    /// What OFPMP_TABLE tells of a table, used or not.
    func statistics(of number: UInt8) -> TableStatistics {
        let features = features(of: number)
        let table = table(number)
        var statistics = TableStatistics(
            table: number, name: features.name, activeCount: UInt32(clamping: table?.ruleCount ?? 0),
            lookupCount: table?.lookupCount ?? 0, matchedCount: table?.matchedCount ?? 0)
        statistics.maximumEntries = features.maximumEntries
        statistics.miss = table?.miss ?? .controller
        return statistics
    }

    /// What OFPMP_TABLE_FEATURES tells of a table, used or not.
    func features(of number: UInt8) -> TableFeatures {
        let table = table(number)
        var features = TableFeatures(table: number, name: table?.givenName ?? "")
        if let limit = table?.configuration.flowLimit {
            features.maximumEntries = min(UInt32(clamping: limit), features.maximumEntries)
        }
        return features
    }
}
