/// A controller's role (`enum ofp12_controller_role`).
public enum ControllerRole: UInt32, Sendable {
    case noChange = 0
    case equal = 1
    case primary = 2
    case secondary = 3
}
