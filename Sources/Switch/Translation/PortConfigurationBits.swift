/// OpenFlow's OFPPC_* bits of a port, as versions 1.0 and later number them.
enum PortConfigurationBits {
    static let down: UInt32 = 1 << 0
    static let noReceive: UInt32 = 1 << 2
    static let noFlood: UInt32 = 1 << 4
    static let noForward: UInt32 = 1 << 5
    static let noPacketIn: UInt32 = 1 << 6
    /// What a controller may change.
    static let settable = down | noReceive | noFlood | noForward | noPacketIn
}
