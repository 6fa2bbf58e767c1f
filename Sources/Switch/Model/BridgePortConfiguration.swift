import Datapath
import OpenFlow

/// What a bridge's port is to be: a Port row with its one Interface row.
public struct BridgePortConfiguration: Sendable, Equatable {
    /// What stands behind the port.
    public enum Kind: Sendable, Equatable {
        /// A datapath port. The bridge's own LOCAL port is one of kind `tap` with the bridge's name.
        case datapath(PortConfiguration)
        /// The other end of a patch, on any bridge (`options:peer`).
        case patch(peer: String)
    }

    /// The Interface's name.
    public var name: String
    /// The Port row's name (the same but for bonds).
    public var portName: String
    public var kind: Kind
    /// `ofport_request`, 1 to 65279.
    public var requestedNumber: OpenFlowPort?
    /// The number that the Interface row had before (`ofport`), taken again if it is free and none is requested.
    public var previousNumber: OpenFlowPort?
    public var vlan = VLANConfiguration()
    /// What packets of a queue bear as DSCP when they leave (Queue `dscp`), by the queue's number.
    public var queueDSCP: [UInt32: UInt8] = [:]

    public init(name: String, kind: Kind) {
        self.name = name
        portName = name
        self.kind = kind
    }
}
