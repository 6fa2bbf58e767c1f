/// What a flow monitor is told.
public enum FlowUpdate: Sendable, Equatable {
    /// OFPFME_*.
    public enum Event: UInt16, Sendable {
        /// Told as ``added`` before version 1.4.
        case initial = 0
        case added = 1, removed = 2, modified = 3
    }

    /// A flow and what happened to it.
    public struct Flow: Sendable, Equatable {
        public var event: Event
        /// OFPRR_* of a removed flow.
        public var reason: UInt8 = 0
        public var table: UInt8
        public var priority: UInt16
        public var match: Match
        public var cookie: UInt64
        public var idleTimeoutSeconds: UInt16
        public var hardTimeoutSeconds: UInt16
        /// Empty unless the monitor wants them.
        public var actions: [Action]

        public init(
            event: Event, table: UInt8, priority: UInt16, match: Match, cookie: UInt64, idleTimeoutSeconds: UInt16,
            hardTimeoutSeconds: UInt16, actions: [Action]
        ) {
            self.event = event
            self.table = table
            self.priority = priority
            self.match = match
            self.cookie = cookie
            self.idleTimeoutSeconds = idleTimeoutSeconds
            self.hardTimeoutSeconds = hardTimeoutSeconds
            self.actions = actions
        }
    }

    case full(Flow)
    /// The receiver's own request with this number did it.
    case abbreviated(transaction: UInt32)
}
