import OpenFlow

/// What a packet that the datapath gives to control is for: a message to controllers, about it and where in the
/// pipeline it was.
struct Punt: Hashable {
    /// The bridge, the table and the packet's metadata; for a continuation also what is left to do.
    let state: FrozenState
    let reason: PacketInReason
    let cookie: UInt64
    /// Bytes of the packet that are to be sent at most.
    let maxLength: UInt16
    let controllerID: UInt16
    let userdata: [UInt8]
    /// Whether the pipeline waits for the packet to come back.
    let isContinuation: Bool
}
