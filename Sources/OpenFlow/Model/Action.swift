/// An OpenFlow action, the same for every protocol version (OVS: `struct ofpact`, ovs-actions(7)).
public enum Action: Sendable, Hashable {
    /// `output:PORT` and the reserved ports NORMAL, FLOOD, ALL, LOCAL, IN_PORT.
    /// `maxLength` counts for CONTROLLER alone.
    case output(OpenFlowPort, maxLength: UInt16)
}
