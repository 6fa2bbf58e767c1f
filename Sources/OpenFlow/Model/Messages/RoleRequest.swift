/// OFPT_ROLE_REQUEST, NXT_ROLE_REQUEST.
struct RoleRequest: Sendable, Equatable {
    var role: ControllerRole
    /// nil: not said (Nicira's form, and "no change").
    var generation: UInt64?
    var isNicira: Bool
}
