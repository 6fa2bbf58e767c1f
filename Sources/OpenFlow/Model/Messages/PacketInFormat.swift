/// How a connection gets packet-ins (NXT_SET_PACKET_IN_FORMAT).
public enum PacketInFormat: UInt32, Sendable {
    /// OFPT_PACKET_IN of the connection's version.
    case standard = 0
    /// NXT_PACKET_IN.
    case nicira = 1
    /// NXT_PACKET_IN2, the one that can carry a continuation.
    case nicira2 = 2
}
