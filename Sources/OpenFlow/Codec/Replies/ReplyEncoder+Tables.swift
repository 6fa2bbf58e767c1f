import Control
import Packets

extension ReplyEncoder {
    private static let maximumEntries: UInt32 = 1_000_000

    /// OFPMP_TABLE for every table that controllers see.
    @ControlActor
    func tableStatistics(_ tables: FlowTables, _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.table, transaction: transaction)
        for number in 0..<Self.visibleTables {
            let table = tables.table(number)
            reply.add { writer in
                writer.u8(number)
                writer.zeros(3)
                if version == .v10 {
                    writer.zeros(32)
                    // Every field can be wildcarded.
                    writer.u32((1 << 22) - 1)
                    writer.u32(Self.maximumEntries)
                }
                writer.u32(UInt32(clamping: table?.ruleCount ?? 0))
                writer.u64(table?.lookupCount ?? 0)
                writer.u64(table?.matchedCount ?? 0)
            }
        }
        return reply.messages()
    }

    /// OFPMP_TABLE_FEATURES: what matches, instructions and actions there are, the same in every table.
    func tableFeatures(_ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.tableFeatures, transaction: transaction)
        let fields = MatchField.all.compactMap { field in field.oxm.map { (field, $0) } }
        for number in 0..<Self.visibleTables {
            reply.add { writer in
                writer.u16(0)
                writer.u8(number)
                writer.zeros(5)
                writer.zeros(32)
                // All of the metadata can be matched, none of it written.
                writer.u64(.max)
                writer.u64(0)
                writer.u32(0)
                writer.u32(Self.maximumEntries)
                // Instructions: apply_actions. Next tables: none. Applied actions: output. None are written or set.
                Self.property(0, into: &writer) { $0.append([0, 4, 0, 4]) }
                Self.property(2, into: &writer) { _ in }
                Self.property(4, into: &writer) { _ in }
                Self.property(6, into: &writer) { $0.append([0, 0, 0, 4]) }
                // What can be matched, and with a mask where that can be; what can be left out, which is each.
                for (type, tellsMask) in [(8, true), (10, false)] as [(UInt16, Bool)] {
                    Self.property(type, into: &writer) { property in
                        for (field, header) in fields {
                            Self.identifier(field, header, hasMask: tellsMask && field.isMaskable, into: &property)
                        }
                    }
                }
                Self.property(12, into: &writer) { _ in }
                Self.property(14, into: &writer) { _ in }
                writer.patch(writer.count, at: 0)
            }
        }
        return reply.messages()
    }

    /// A property: type, length without padding, contents, padding.
    private static func property(
        _ type: UInt16, into writer: inout ByteWriter, _ contents: (inout ByteWriter) -> Void
    ) {
        let start = writer.count
        writer.u16(type)
        writer.u16(0)
        contents(&writer)
        writer.patch(writer.count - start, at: start + 2)
        writer.pad(from: start)
    }

    /// A field's header as an identifier.
    private static func identifier(
        _ field: MatchField, _ header: MatchField.Header, hasMask: Bool, into writer: inout ByteWriter
    ) {
        let isExperimenter = header.classNumber == 0xffff
        let size = field.size * (hasMask ? 2 : 1) + (isExperimenter ? 4 : 0)
        writer.u16(header.classNumber)
        writer.u8(header.field << 1 | (hasMask ? 1 : 0))
        writer.u8(UInt8(size))
        if isExperimenter { writer.u32(header.experimenter) }
    }
}
