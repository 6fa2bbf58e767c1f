/// Reads and writes the instructions of version 1.1 and later (OpenFlow 1.5.1 section 7.2.5).
///
/// In memory they are actions of one list, in the order of ``ActionOrder``.
enum InstructionCodec {
    static let goto: UInt16 = 1
    static let writeMetadata: UInt16 = 2
    static let writeActions: UInt16 = 3
    static let applyActions: UInt16 = 4
    static let clearActions: UInt16 = 5
    static let meter: UInt16 = 6
    private static let experimenter: UInt16 = 0xffff

    /// Reads instructions until `reader` is empty.
    ///
    /// - Throws: `unknownInstruction`, `badInstructionLength`, `badInstructionExperimenter`, `duplicateInstruction`,
    ///   and what ``ActionCodec/decode(_:version:context:takesDebugActions:)`` throws.
    static func decode(
        _ reader: ByteReader, version: OpenFlowVersion, takesDebugActions: Bool = false
    ) throws(OpenFlowError) -> [Action] {
        let outer = ActionDecoder(version: version, depth: 0, takesDebugActions: takesDebugActions)
        let bodies = try split(reader, version)
        var actions: [Action] = []
        if var body = bodies[meter] { actions.append(.meter(try body.u32())) }
        if let body = bodies[applyActions] {
            actions += try outer.list(try body.afterPadding())
        }
        if bodies[clearActions] != nil { actions.append(.clearActions) }
        if let body = bodies[writeActions] {
            let set = try outer.nested.list(try body.afterPadding())
            try ActionOrder.check(set, version: version, context: .actionSet)
            actions.append(.writeActions(set))
        }
        if let body = bodies[writeMetadata] {
            var body = try body.afterPadding()
            let value = try body.u64()
            actions.append(.writeMetadata(value, mask: try body.u64()))
        }
        if var body = bodies[goto] { actions.append(.gotoTable(try body.u8())) }
        try ActionOrder.check(actions, version: version, context: .flow)
        return actions
    }

    /// What follows the header of each instruction; each may occur once.
    private static func split(
        _ reader: ByteReader, _ version: OpenFlowVersion
    ) throws(OpenFlowError) -> [UInt16: ByteReader] {
        var reader = reader
        var bodies: [UInt16: ByteReader] = [:]
        do throws(OpenFlowError) {
            while reader.remaining > 0 {
                let type = try reader.u16()
                let length = Int(try reader.u16())
                guard length >= 8, length % 8 == 0, length - 4 <= reader.remaining else {
                    throw OpenFlowError(.badInstructionLength, "instruction of \(length) bytes")
                }
                guard type != experimenter else {
                    throw OpenFlowError(.badInstructionExperimenter, "experimenter's instruction")
                }
                guard (goto...meter).contains(type), type != meter || version == .v13 || version == .v14 else {
                    throw OpenFlowError(.unknownInstruction, "instruction \(type)")
                }
                let isExtensible = type == writeActions || type == applyActions
                guard isExtensible || length == (type == writeMetadata ? 24 : 8) else {
                    throw OpenFlowError(.badInstructionLength, "instruction \(type) of \(length) bytes")
                }
                guard bodies[type] == nil else { throw OpenFlowError(.duplicateInstruction, "instruction \(type)") }
                bodies[type] = try reader.part(length - 4)
            }
        } catch {
            throw error.lengthAs(.badInstructionLength)
        }
        return bodies
    }

    /// No actions are written as no instruction, which reads as "drop".
    ///
    /// - Parameter match: the flow's; see ``ActionCodec/encode(_:version:match:into:)``.
    static func encode(
        _ actions: [Action], version: OpenFlowVersion, match: Match = Match(), into writer: inout ByteWriter
    ) {
        guard version > .v10 else { return ActionCodec.encode(actions, version: version, match: match, into: &writer) }
        var encoder = ActionEncoder(version: version, match: match)
        var index = 0
        while index < actions.count {
            let instruction = ActionOrder.instruction(of: actions[index], version: version)
            var end = index + 1
            if instruction == .apply {
                while end < actions.count, ActionOrder.instruction(of: actions[end], version: version) == .apply {
                    end += 1
                }
            }
            encoder.instruction(actions[index..<end], isApplied: instruction == .apply)
            index = end
        }
        writer.append(encoder.writer.bytes)
    }
}

extension ByteReader {
    /// What follows four bytes of padding.
    fileprivate func afterPadding() throws(OpenFlowError) -> ByteReader {
        var reader = self
        try reader.skip(4)
        return reader
    }
}
