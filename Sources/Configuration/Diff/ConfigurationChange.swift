import Switch

/// One step from the running to the desired state; each concerns one bridge or port and leaves the others alone.
public enum ConfigurationChange: Sendable, Equatable {
    /// `destroy`: a TAP's kernel device goes too; not when the port comes back at once under another number.
    case removePort(String, bridge: String, destroy: Bool)
    case removeBridge(String, destroy: Bool)
    /// The LOCAL port comes with the bridge.
    case addBridge(BridgeConfiguration)
    case addPort(BridgePortConfiguration, bridge: String)
    case updateBridge(BridgeConfiguration)
    case updatePort(BridgePortConfiguration, bridge: String)

    /// The Interface whose row tells how it went: the port's, or the LOCAL one of the bridge.
    public var interface: String {
        switch self {
        case .removePort(let name, _, _), .removeBridge(let name, _): name
        case .addBridge(let configuration), .updateBridge(let configuration): configuration.name
        case .addPort(let configuration, _), .updatePort(let configuration, _): configuration.name
        }
    }
}
