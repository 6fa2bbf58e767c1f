/// A rule that has left its table, and why.
public struct RemovedRule: Sendable {
    public let rule: Rule
    public let reason: RemovalReason

    public init(rule: Rule, reason: RemovalReason) {
        self.rule = rule
        self.reason = reason
    }
}

/// Why a rule left its table (OFPRR_*); ``replaced`` is never told to controllers.
public enum RemovalReason: Sendable, Equatable {
    case idleTimeout, hardTimeout, delete, groupDelete, meterDelete, eviction, replaced

    /// OFPRR_* as version 1.4 numbers them; nil where no message is due.
    public var wireValue: UInt8? {
        switch self {
        case .idleTimeout: 0
        case .hardTimeout: 1
        case .delete: 2
        case .groupDelete: 3
        case .meterDelete: 4
        case .eviction: 5
        case .replaced: nil
        }
    }
}

/// What a change of the tables concerned.
public struct FlowTableChange: Sendable {
    /// What was added, altered or removed: only packets that one of them matches can meet another rule now.
    public let rules: [Rule]
    /// Whether any packet may be concerned: groups have changed.
    public let isGlobal: Bool
}
