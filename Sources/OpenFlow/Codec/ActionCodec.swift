/// Reads and writes lists of actions of every version (OpenFlow 1.5.1 section 7.2.6, ovs-actions(7)).
///
/// Whatever this switch cannot do is refused here, so that no flow is accepted that would not be obeyed. What depends
/// on a flow's match or table is for ``ActionCheck`` to say.
enum ActionCodec {
    /// What a list of actions is for, which decides what may stand in it.
    enum Context: Sendable {
        /// A flow of version 1.0, whose list holds what later versions have as instructions.
        case flow
        /// A packet-out, the rest of a paused pipeline.
        case packetOut
        /// A group's bucket.
        case bucket
        /// Write-Actions: only what a set has a place for.
        case actionSet
        /// Within `clone`.
        case clone
    }

    /// How deep lists may stand in lists; a packet's pipeline ends at this depth too.
    static let depthLimit = 64

    /// Reads actions until `reader` is empty.
    ///
    /// - Parameter takesDebugActions: whether actions are known that are for tests alone.
    /// - Throws: `badActionType`, `badActionLength`, `badOutPort`, `badActionArgument`, `badSetType` and so on.
    static func decode(
        _ reader: ByteReader, version: OpenFlowVersion, context: Context, takesDebugActions: Bool = false
    ) throws(OpenFlowError) -> [Action] {
        guard reader.remaining % 8 == 0 else {
            throw OpenFlowError(.badLength, "actions of \(reader.remaining) bytes")
        }
        let actions = try ActionDecoder(version: version, depth: 0, takesDebugActions: takesDebugActions)
            .list(reader)
        try ActionOrder.check(actions, version: version, context: context)
        return actions
    }

    /// Writes `actions`, leaving out what the version has no way to say.
    ///
    /// - Parameter match: the flow's, from which some actions take their form (whether there is a tag to set).
    static func encode(
        _ actions: [Action], version: OpenFlowVersion, match: Match = Match(), into writer: inout ByteWriter
    ) {
        var encoder = ActionEncoder(version: version, match: match)
        encoder.list(actions)
        writer.append(encoder.writer.bytes)
    }
}
