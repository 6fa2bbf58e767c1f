/// A port's number inside the datapath (OVS: `odp_port_t`), unique over all bridges; dense, below ``PortID/limit``.
///
/// It is what ``FlowKey`` holds as in_port on the datapath's side; OpenFlow numbers are per bridge and another thing.
public struct PortID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public static let limit = 4096
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static func < (left: PortID, right: PortID) -> Bool { left.rawValue < right.rawValue }
    public var description: String { String(rawValue) }
}
