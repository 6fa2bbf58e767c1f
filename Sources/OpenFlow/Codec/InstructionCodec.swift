/// Reads and writes the instructions of version 1.1 and later (OpenFlow 1.3.5 section 7.2.4).
///
/// Only Apply-Actions is supported; the others are refused with the standard's error.
enum InstructionCodec {
    private static let goto: UInt16 = 1
    private static let applyActions: UInt16 = 4
    private static let meter: UInt16 = 6
    private static let experimenter: UInt16 = 0xffff

    /// Reads instructions until `reader` is empty.
    static func decode(_ reader: ByteReader, version: OpenFlowVersion) throws(OpenFlowError) -> [Action] {
        var reader = reader
        var applied: [Action]?
        do throws(OpenFlowError) {
            while reader.remaining > 0 {
                let type = try reader.u16()
                let length = Int(try reader.u16())
                guard length >= 8, length % 8 == 0 else {
                    throw OpenFlowError(.badInstructionLength, "instruction of \(length) bytes")
                }
                var body = try reader.part(length - 4)
                switch type {
                case applyActions:
                    guard applied == nil else { throw OpenFlowError(.duplicateInstruction, "apply_actions") }
                    try body.skip(4)
                    applied = try ActionCodec.decode(body, version: version, context: .flow)
                case goto...meter:
                    throw OpenFlowError(.unsupportedInstruction, "instruction \(type)")
                case experimenter:
                    throw OpenFlowError(.badInstructionExperimenter, "experimenter instruction")
                default:
                    throw OpenFlowError(.unknownInstruction, "instruction \(type)")
                }
            }
        } catch {
            throw error.lengthAs(.badInstructionLength)
        }
        return applied ?? []
    }

    /// No actions are written as no instruction, which reads as "drop".
    static func encode(_ actions: [Action], version: OpenFlowVersion, into writer: inout ByteWriter) {
        guard !actions.isEmpty else { return }
        let start = writer.count
        writer.u16(applyActions)
        writer.u16(0)
        writer.zeros(4)
        ActionCodec.encode(actions, version: version, into: &writer)
        writer.patch(writer.count - start, at: start + 2)
    }
}
