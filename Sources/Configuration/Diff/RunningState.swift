import OpenFlow
import Switch

/// What is in force, as the applier last brought it about.
public struct RunningState: Sendable, Equatable {
    /// Bridges by name.
    public var bridges: [String: RunningBridge] = [:]

    /// Nothing.
    public init() {}
}

/// A bridge in force.
public struct RunningBridge: Sendable, Equatable {
    public var configuration: BridgeConfiguration
    /// Ports by their interface's name, LOCAL among them.
    public var ports: [String: RunningPort]

    /// A bridge with the ports given.
    public init(configuration: BridgeConfiguration, ports: [String: RunningPort] = [:]) {
        self.configuration = configuration
        self.ports = ports
    }
}

/// A port in force.
public struct RunningPort: Sendable, Equatable {
    /// What was asked, ``BridgePortConfiguration/requestedNumber`` as in the row.
    public var configuration: BridgePortConfiguration
    /// The number it got.
    public var number: OpenFlowPort

    /// A port that got `number`.
    public init(configuration: BridgePortConfiguration, number: OpenFlowPort) {
        self.configuration = configuration
        self.number = number
    }
}
