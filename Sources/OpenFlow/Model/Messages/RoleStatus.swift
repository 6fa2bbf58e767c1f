/// OFPT_ROLE_STATUS: a controller's role was changed by somebody else.
public struct RoleStatus: Sendable, Equatable {
    /// OFPCRR_*.
    public enum Reason: UInt8, Sendable {
        case primaryRequest = 0, configuration = 1, experimenter = 2
    }

    public var role: ControllerRole
    public var reason: Reason
    /// nil: none was ever told.
    public var generation: UInt64?

    public init(role: ControllerRole, reason: Reason, generation: UInt64?) {
        self.role = role
        self.reason = reason
        self.generation = generation
    }
}
