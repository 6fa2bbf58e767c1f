/// One monitor of NXST_FLOW_MONITOR, ONFST_FLOW_MONITOR or OFPMP_FLOW_MONITOR; a request has any number of them.
public struct FlowMonitorRequest: Sendable, Equatable {
    /// OFPFMC_*; only version 1.4 and later have others than `add` here.
    public enum Command: UInt8, Sendable {
        case add = 0, modify = 1, delete = 2
    }

    /// What is told, and how (`enum ofp14_flow_monitor_flags`).
    public struct Flags: OptionSet, Sendable, Equatable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The flows that are there already.
        public static let initial = Flags(rawValue: 1 << 0)
        public static let added = Flags(rawValue: 1 << 1)
        public static let removed = Flags(rawValue: 1 << 2)
        public static let modified = Flags(rawValue: 1 << 3)
        /// With actions.
        public static let actions = Flags(rawValue: 1 << 4)
        /// The peer's own changes are told in full, not abbreviated to its request's number (NXFMF_OWN; OVS treats
        /// OFPFMF_ONLY_OWN so too).
        public static let ownInFull = Flags(rawValue: 1 << 5)
    }

    public var id: UInt32
    public var command: Command
    public var flags: Flags = []
    /// Which flows; ``RuleSelection/cookieMask`` is 0. For `delete` it has no meaning.
    public var selection: RuleSelection

    public init(id: UInt32, command: Command, selection: RuleSelection = RuleSelection()) {
        self.id = id
        self.command = command
        self.selection = selection
    }
}
