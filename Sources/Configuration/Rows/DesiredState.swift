import OVSDB
import OpenFlow
import Switch
import TLS

/// Everything that the database asks for, as values: what the applier brings about.
public struct DesiredState: Sendable, Equatable {
    /// The Open_vSwitch row; nil when there is none.
    public var root: UUIDValue?
    /// `next_cfg`: what `cur_cfg` becomes once all this is in force.
    public var generation: Int64 = 0
    public var settings = GlobalSettings()
    /// The SSL row; nil when there is none.
    public var credentials: TLSCredentials?
    /// Bridges by name.
    public var bridges: [String: DesiredBridge] = [:]
    /// Interface rows that cannot be served, with the reason for their `error`; such a row has no port above.
    public var faults: [UUIDValue: String] = [:]
    /// Interface rows that are served otherwise than written, with the reason for their `error`.
    public var warnings: [UUIDValue: String] = [:]
    /// What the log is to say.
    public var remarks: [Remark] = []

    /// Nothing at all.
    public init() {}

    /// Every port with its bridge's name, LOCAL ones included.
    var ports: [(bridge: String, port: DesiredPort)] {
        bridges.flatMap { name, bridge in bridge.ports.values.map { (name, $0) } }
    }
}

/// A Bridge row and the ports that hang on it.
public struct DesiredBridge: Sendable, Equatable {
    /// The Bridge row.
    public var row: UUIDValue
    public var configuration: BridgeConfiguration
    /// Ports by their interface's name; the LOCAL one, named as the bridge, is always among them.
    public var ports: [String: DesiredPort] = [:]

    /// Its Controller rows, each with its target.
    public var controllerRows: [UUIDValue: String] = [:]

    /// A bridge without ports.
    public init(row: UUIDValue, configuration: BridgeConfiguration) {
        self.row = row
        self.configuration = configuration
    }
}

/// A Port row with its one Interface row.
public struct DesiredPort: Sendable, Equatable {
    /// The Port row; nil for a LOCAL port that has no row.
    public var portRow: UUIDValue?
    /// The Interface row; nil for a LOCAL port that has no row.
    public var interfaceRow: UUIDValue?
    public var configuration: BridgePortConfiguration
    /// `ofport` as the row has it, from an earlier run or before a restart: taken again if nothing else is asked.
    public var earlierNumber: OpenFlowPort?

    /// A port that stands in the rows given.
    public init(
        portRow: UUIDValue?, interfaceRow: UUIDValue?, configuration: BridgePortConfiguration,
        earlierNumber: OpenFlowPort? = nil
    ) {
        self.portRow = portRow
        self.interfaceRow = interfaceRow
        self.configuration = configuration
        self.earlierNumber = earlierNumber
    }
}
