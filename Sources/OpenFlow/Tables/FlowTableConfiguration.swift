/// What an operator asks of a flow table: a Flow_Table row (ovs-vswitchd.conf.db(5)).
public struct FlowTableConfiguration: Sendable, Equatable {
    /// Told instead of `tableN`; nil: none.
    public var name: String?
    /// How many flows there may be; nil: any number.
    public var flowLimit: Int?
    /// `overflow_policy`: flows with timeouts make room for new ones.
    public var evictsOnOverflow = false
    /// `groups`: flows that differ in these are evicted from the larger groups first.
    public var evictionGroups: [FieldRange] = []
    /// `prefixes`: fields whose prefixes are told apart bit by bit; nil: the default ones.
    public var prefixes: [MatchField]?

    public init() {}
}
