/// A packet for controllers (OVS: `struct ofpact_controller`, NXAST_CONTROLLER and NXAST_CONTROLLER2).
public struct ControllerAction: Sendable, Hashable {
    /// Bytes of the packet that go along; 0xffff: all.
    public var maxLength: UInt16 = .max
    /// Which controllers (NXT_SET_CONTROLLER_ID).
    public var controllerID: UInt16 = 0
    public var reason: PacketInReason = .action
    /// Comes back in NXT_PACKET_IN2 as it is.
    public var userdata: [UInt8] = []
    /// The pipeline stops here and goes on with NXT_RESUME.
    public var pauses = false
    /// Limits the rate; nil: none.
    public var meter: UInt32?

    public init() {}
}
