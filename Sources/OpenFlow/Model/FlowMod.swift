/// A change of a flow table (OFPT_FLOW_MOD, NXT_FLOW_MOD), whatever version asked for it.
public struct FlowMod: Sendable, Equatable {
    /// OFPFC_*.
    public enum Command: Sendable { case add, modify, modifyStrict, delete, deleteStrict }

    public var command: Command
    /// nil: every table (OFPTT_ALL) for modify and delete; for add "the switch decides", which is table 0.
    public var table: UInt8?
    public var match: Match
    public var priority: UInt16
    /// The cookie that added flows get, and modified ones when ``setsCookie``.
    public var cookie: UInt64
    /// For modify and delete: only flows whose cookie agrees with ``cookieMatch`` under ``cookieMask``.
    public var cookieMatch: UInt64 = 0
    /// See ``cookieMatch``; zero: any cookie.
    public var cookieMask: UInt64
    /// Whether `modify` gives the flows ``cookie`` (versions 1.0 and NXM); then one that finds nothing adds a flow.
    public var setsCookie = false
    /// Whether a `modify` without a cookie mask that finds nothing adds a flow though it sets no cookie (version 1.1).
    public var addsIfNothingFound = false
    public var idleTimeoutSeconds: UInt16
    public var hardTimeoutSeconds: UInt16
    public var importance: UInt16
    /// Only flows with an output to this port, for deletion; nil: any.
    public var outPort: OpenFlowPort?
    /// Only flows with an action that sends to this group, for deletion; nil: any.
    public var outGroup: UInt32?
    public var sendsFlowRemoved = false
    public var checksOverlap = false
    public var resetsCounts = false
    public var keepsNoPacketCounts = false
    public var keepsNoByteCounts = false
    public var actions: [Action]

    public init(command: Command, table: UInt8?, match: Match, priority: UInt16, actions: [Action]) {
        self.command = command
        self.table = table
        self.match = match
        self.priority = priority
        self.actions = actions
        cookie = 0
        cookieMask = 0
        idleTimeoutSeconds = 0
        hardTimeoutSeconds = 0
        importance = 0
    }
}
