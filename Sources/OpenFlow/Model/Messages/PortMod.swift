import Packets

/// OFPT_PORT_MOD: new values for some of a port's configuration bits.
public struct PortMod: Sendable, Equatable {
    public var port: OpenFlowPort
    /// Must be the port's address.
    public var hardware: MACAddress
    /// OFPPC_* bits; zero outside ``mask``.
    public var configuration: UInt32
    /// The bits that are to be changed.
    public var mask: UInt32

    public init(port: OpenFlowPort, hardware: MACAddress, configuration: UInt32, mask: UInt32) {
        self.port = port
        self.hardware = hardware
        self.configuration = configuration
        self.mask = mask
    }
}
