/// Lists of actions in a hand-over: in the form of the OpenFlow version that says all of the list.
///
/// No version says everything: 1.5 alone has meters among other actions, 1.0 alone has actions that push a tag when
/// there is none. But each list came by one message of one version, so some version says it.
///
/// ```
/// version (1 byte) | actions or instructions
/// ```
enum HandedOverActions {
    /// The likeliest first.
    private static let versions: [OpenFlowVersion] = [.v15, .v13, .v10, .v14, .v12, .v11]

    static func write(
        _ actions: [Action], match: Match = Match(), context: ActionCodec.Context, into writer: inout ByteWriter
    ) {
        for version in versions {
            let bytes = encode(actions, version, match, context)
            var reader = ByteReader(bytes)
            reader.tunnelOptions = writer.tunnelOptions
            guard let back = try? decode(reader, version, context), back == actions else { continue }
            return put(version, bytes, into: &writer)
        }
        // Better nearly the same than nothing; what cannot be read is told when it is read.
        put(.v15, encode(actions, .v15, match, context), into: &writer)
    }

    private static func put(_ version: OpenFlowVersion, _ bytes: [UInt8], into writer: inout ByteWriter) {
        writer.u8(version.rawValue)
        writer.append(bytes)
    }

    /// Reads until `reader` is empty.
    ///
    /// - Throws: when the bytes are not what ``write(_:match:context:into:)`` writes.
    static func read(_ reader: inout ByteReader, context: ActionCodec.Context) throws(OpenFlowError) -> [Action] {
        let number = try reader.u8()
        guard let version = OpenFlowVersion(rawValue: number) else {
            throw OpenFlowError(.badType, "actions of version \(number) in a hand-over")
        }
        return try decode(try reader.part(reader.remaining), version, context)
    }

    private static func encode(
        _ actions: [Action], _ version: OpenFlowVersion, _ match: Match, _ context: ActionCodec.Context
    ) -> [UInt8] {
        var writer = ByteWriter()
        if context == .flow {
            InstructionCodec.encode(actions, version: version, match: match, into: &writer)
        } else {
            ActionCodec.encode(actions, version: version, match: match, into: &writer)
        }
        return writer.bytes
    }

    /// Actions for tests are read too: they have been allowed, or would not be there.
    private static func decode(
        _ reader: ByteReader, _ version: OpenFlowVersion, _ context: ActionCodec.Context
    ) throws(OpenFlowError) -> [Action] {
        if context == .flow, version > .v10 {
            return try InstructionCodec.decode(reader, version: version, takesDebugActions: true)
        }
        return try ActionCodec.decode(reader, version: version, context: context, takesDebugActions: true)
    }
}
