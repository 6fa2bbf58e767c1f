import Packets

/// How the kernel would send to an address.
public enum NextHop: Sendable, Equatable {
    /// To this Ethernet address: the receiver's own, or its router's.
    case address(MACAddress)
    /// There is a route, but nobody has been asked for the address yet, or nobody has answered.
    case unresolved
    /// There is no route, for this reason.
    case unreachable(errno: Int32)
}
