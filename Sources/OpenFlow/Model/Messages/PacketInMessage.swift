/// A packet for controllers with where in the pipeline it was (OFPT_PACKET_IN, NXT_PACKET_IN, NXT_PACKET_IN2).
public struct PacketIn: Sendable, Equatable {
    /// The frame as the pipeline had it, whole.
    public var frame: [UInt8]
    /// Bytes of it that are to be sent at most; a connection's own limit for misses applies too.
    public var maxLength: UInt16 = .max
    public var reason: PacketInReason
    /// The flow's table and cookie; all ones for none.
    public var table: UInt8 = 0xff
    public var cookie: UInt64 = .max
    /// in_port, tunnel fields, metadata, registers, packet type as the pipeline had them, each exact where not zero.
    public var metadata: Match
    /// Connections with this ID get it.
    public var controllerID: UInt16 = 0
    public var userdata: [UInt8] = []
    /// What NXT_RESUME is to bring back; nil: the pipeline does not wait.
    public var continuation: Continuation?

    public init(frame: [UInt8], reason: PacketInReason, metadata: Match) {
        self.frame = frame
        self.reason = reason
        self.metadata = metadata
    }
}

/// The state of a pipeline that waits for NXT_RESUME (`enum nx_continuation_prop_type`).
public struct Continuation: Sendable, Equatable {
    /// Which bridge it belongs to, and that a switch of this life made it.
    public var bridge: [UInt8] = []
    /// Values pushed and not popped, the oldest first.
    public var stack: [FieldValue] = []
    public var mirrors: UInt32 = 0
    public var isConntracked = false
    public var table: UInt8 = 0
    public var cookie: UInt64 = .max
    /// What is left to do, and the action set.
    public var actions: [Action] = []
    public var actionSet: [Action] = []

    public init() {}
}

/// NXT_RESUME: the packet-in's packet, perhaps changed, with its continuation.
public struct Resume: Sendable, Equatable {
    public var packet: PacketIn

    public init(packet: PacketIn) { self.packet = packet }
}
