/// What may stand in a list, and in which order, whatever the flow (OVS: ofpacts_verify).
///
/// A list says what versions 1.1 and later have instructions for; so that it can be told to them again, it keeps their
/// order: meter, applied actions, clear_actions, write_actions, write_metadata, goto_table.
enum ActionOrder {
    /// The instruction that an action belongs to, by its place in the order.
    enum Instruction: Int, Sendable, Comparable {
        case meter, apply, clear, write, metadata, goto

        static func < (left: Instruction, right: Instruction) -> Bool { left.rawValue < right.rawValue }
    }

    static func instruction(of action: Action, version: OpenFlowVersion) -> Instruction {
        switch action {
        case .meter: version >= .v15 ? .apply : .meter
        case .clearActions: .clear
        case .writeActions: .write
        case .writeMetadata: .metadata
        case .gotoTable: .goto
        default: .apply
        }
    }

    /// - Throws: `badConjunction`, `badSetArgument`, `badActionArgument`, `unsupportedOrder`, `badActionType`,
    ///   `unsupportedInstruction`.
    static func check(
        _ actions: [Action], version: OpenFlowVersion, context: ActionCodec.Context
    ) throws(OpenFlowError) {
        if context == .actionSet { return try checkSet(actions) }
        var last = Instruction.meter
        for (index, action) in actions.enumerated() {
            if case .conjunction = action { return try checkConjunction(actions) }
            try checkNesting(action, isNested: context == .clone)
            let next = instruction(of: action, version: version)
            guard index == 0 || (last == .apply ? next >= last : next > last) else {
                throw OpenFlowError(.unsupportedOrder, "\(next) after \(last)")
            }
            guard isAllowed(next, context) else {
                throw OpenFlowError(.unsupportedInstruction, "\(next) is not allowed here")
            }
            last = next
        }
    }

    private static func isAllowed(_ instruction: Instruction, _ context: ActionCodec.Context) -> Bool {
        switch context {
        case .flow: true
        case .packetOut, .bucket: instruction <= .apply
        case .clone, .actionSet: instruction == .apply
        }
    }

    /// A conjunction's flow decides nothing else.
    private static func checkConjunction(_ actions: [Action]) throws(OpenFlowError) {
        for action in actions {
            switch action {
            case .conjunction, .note: continue
            default: throw OpenFlowError(.badConjunction, "conjunction beside \(action)")
            }
        }
    }

    private static func checkNesting(_ action: Action, isNested: Bool) throws(OpenFlowError) {
        switch action {
        case .setField(let rewrite) where rewrite.field.isTrackingState:
            throw OpenFlowError(.badSetArgument, "connection tracking fields can be set within ct alone")
        case .move(_, let target) where target.field.isTrackingState:
            throw OpenFlowError(.badSetArgument, "connection tracking fields can be set within ct alone")
        case .meter where isNested: throw OpenFlowError(.badActionArgument, "meter within an action")
        default: break
        }
    }

    /// Which actions a set has a place for.
    private static func checkSet(_ actions: [Action]) throws(OpenFlowError) {
        for action in actions where !action.isAllowedInSet {
            throw OpenFlowError(.badActionType, "\(action) in an action set")
        }
    }
}

extension MatchField {
    /// What `ct` alone may change.
    fileprivate var isTrackingState: Bool {
        self === MatchField.named(by: .connectionMark) || self === MatchField.named(by: .connectionLabel)
    }
}

extension Action {
    /// Whether an action set has a place for it.
    public var isAllowedInSet: Bool {
        switch self {
        case .popVLAN, .popMPLS, .popPBB, .pushMPLS, .pushPBB, .pushVLAN, .copyTTLIn, .copyTTLOut, .decrementTTL,
            .decrementMPLSTTL, .resubmit, .output, .group, .setField, .move, .setEthernetSource,
            .setEthernetDestination, .setDSCP, .setECN, .setTTL, .setIPv4Source, .setIPv4Destination,
            .setTransportSource, .setTransportDestination, .setMPLSLabel, .setMPLSTrafficClass, .setMPLSTTL, .setQueue,
            .setTunnelID, .setVLANID, .setVLANPriority:
            true
        default: false
        }
    }
}
