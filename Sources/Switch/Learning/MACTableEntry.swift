import OpenFlow
import Packets

/// One line of `fdb/show`.
public struct MACTableEntry: Sendable, Equatable {
    public let port: OpenFlowPort
    public let vlan: UInt16
    public let mac: MACAddress
    /// Seconds since a packet from the address was last seen; nil for a static entry.
    public let ageSeconds: Int?

    public var isStatic: Bool { ageSeconds == nil }
}
