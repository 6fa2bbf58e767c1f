/// Reads and writes lists of actions (OpenFlow 1.3.5 section 7.2.5).
///
/// Whatever this switch cannot do is refused here, so that no flow is accepted that would not be obeyed.
enum ActionCodec {
    /// What a list of actions is for.
    enum Context: Sendable { case flow, packetOut }

    private static let output: UInt16 = 0
    private static let experimenter: UInt16 = 0xffff

    /// Reads actions until `reader` is empty.
    ///
    /// - Throws: `badActionType`, `badActionLength`, `badOutPort`, `badActionExperimenter`,
    ///   `badActionExperimenterType`.
    static func decode(
        _ reader: ByteReader, version: OpenFlowVersion, context: Context
    ) throws(OpenFlowError) -> [Action] {
        var reader = reader
        var actions: [Action] = []
        do throws(OpenFlowError) {
            while reader.remaining > 0 {
                let type = try reader.u16()
                let length = Int(try reader.u16())
                guard length >= 8, length % 8 == 0 else {
                    throw OpenFlowError(.badActionLength, "action of \(length) bytes")
                }
                var body = try reader.part(length - 4)
                actions.append(try decode(type, &body, version: version, context: context))
            }
        } catch {
            throw error.lengthAs(.badActionLength)
        }
        return actions
    }

    private static func decode(
        _ type: UInt16, _ body: inout ByteReader, version: OpenFlowVersion, context: Context
    ) throws(OpenFlowError) -> Action {
        switch type {
        case output:
            let size = version == .v10 ? 4 : 12
            guard body.remaining == size else { throw OpenFlowError(.badActionLength, "output action") }
            let port = try body.port(version)
            let maxLength = try body.u16()
            return .output(try checked(port, context), maxLength: maxLength)
        case experimenter:
            let vendor = try body.u32()
            guard vendor == NiciraType.identifier else {
                throw OpenFlowError(.badActionExperimenter, "vendor \(vendor)")
            }
            throw OpenFlowError(.badActionExperimenterType, "unsupported Nicira action")
        default:
            throw OpenFlowError(.badActionType, "action type \(type)")
        }
    }

    private static func checked(_ port: OpenFlowPort, _ context: Context) throws(OpenFlowError) -> OpenFlowPort {
        switch port {
        case .inPort, .normal, .flood, .all, .local: return port
        case .table where context == .packetOut: return port
        case _ where port.rawValue < OpenFlowPort.limit: return port
        default: throw OpenFlowError(.badOutPort, "output to port \(port.rawValue)")
        }
    }

    static func encode(_ actions: [Action], version: OpenFlowVersion, into writer: inout ByteWriter) {
        for action in actions {
            switch action {
            case .output(let port, let maxLength):
                writer.u16(output)
                writer.u16(version == .v10 ? 8 : 16)
                writer.port(port, version)
                writer.u16(maxLength)
                if version != .v10 { writer.zeros(6) }
            default:
                // Decoding lets none of the others in yet.
                continue
            }
        }
    }
}
