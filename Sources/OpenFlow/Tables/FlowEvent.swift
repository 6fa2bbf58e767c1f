/// What happened to a rule, as flow monitors tell it (`enum ofp_flow_update_event`).
public struct FlowEvent: Sendable {
    public enum Kind: Sendable {
        /// Added, perhaps in place of an equal one that had other actions.
        case added(previousActions: [Action]?)
        case removed(RemovalReason)
        /// Actions or cookie are others now; the actions before, where they changed.
        case modified(previousActions: [Action]?)
    }

    public let kind: Kind
    public let rule: Rule
}

/// All that one change, or several made at once, did to rules.
public struct FlowEvents: Sendable {
    /// In the order in which they happened.
    public let events: [FlowEvent]
    /// nil: the switch itself did it.
    public let origin: ChangeOrigin?
}
