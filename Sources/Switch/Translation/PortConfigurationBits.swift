/// OpenFlow's OFPPC_* bits of a port, as versions 1.0 and later number them.
enum PortConfigurationBits {
    static let down: UInt32 = 1 << 0
    /// The port is to have no part in a spanning tree; kept, and told to those who ask.
    static let noSpanningTree: UInt32 = 1 << 1
    static let noReceive: UInt32 = 1 << 2
    /// Frames of spanning trees are not taken in; of those ``noReceive`` says nothing.
    static let noReceiveSpanningTree: UInt32 = 1 << 3
    static let noFlood: UInt32 = 1 << 4
    static let noForward: UInt32 = 1 << 5
    static let noPacketIn: UInt32 = 1 << 6
    /// What a controller may change.
    static let settable =
        down | noSpanningTree | noReceive | noReceiveSpanningTree | noFlood | noForward | noPacketIn
}
