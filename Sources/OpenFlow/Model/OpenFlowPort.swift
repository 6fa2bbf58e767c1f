/// A port's number within a bridge, in the 16-bit range that OpenFlow 1.0 and OVS use (OVS: `ofp_port_t`).
///
/// OpenFlow 1.1 and later write reserved numbers as 0xffffff..; the codec converts.
public struct OpenFlowPort: Hashable, Sendable, Comparable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Numbers at or above this one are reserved (OFPP_MAX).
    public static let limit: UInt16 = 0xff00
    public static let unset = OpenFlowPort(rawValue: 0xfff7)
    public static let inPort = OpenFlowPort(rawValue: 0xfff8)
    public static let table = OpenFlowPort(rawValue: 0xfff9)
    public static let normal = OpenFlowPort(rawValue: 0xfffa)
    public static let flood = OpenFlowPort(rawValue: 0xfffb)
    public static let all = OpenFlowPort(rawValue: 0xfffc)
    public static let controller = OpenFlowPort(rawValue: 0xfffd)
    public static let local = OpenFlowPort(rawValue: 0xfffe)
    /// OFPP_NONE, OFPP_ANY.
    public static let none = OpenFlowPort(rawValue: 0xffff)

    public static func < (left: OpenFlowPort, right: OpenFlowPort) -> Bool { left.rawValue < right.rawValue }
}
