/// One thread's counters of one port: written by that thread alone, summed up by control.
///
/// The memory belongs to control, which frees it when the thread has let go of the port.
struct PortCounters {
    var receivedPackets: UInt64 = 0
    var receivedBytes: UInt64 = 0
    var receivedErrors: UInt64 = 0
    var transmittedPackets: UInt64 = 0
    var transmittedBytes: UInt64 = 0
    /// Times the device's queue was full and the rest of a burst was offered again.
    var transmitRetries: UInt64 = 0
    /// By ``DropReason``, with room for more of them.
    var drops = InlineArray<24, UInt64>(repeating: 0)

    /// Adds what another thread counted.
    mutating func add(_ other: UnsafePointer<PortCounters>) {
        receivedPackets &+= other.pointee.receivedPackets
        receivedBytes &+= other.pointee.receivedBytes
        receivedErrors &+= other.pointee.receivedErrors
        transmittedPackets &+= other.pointee.transmittedPackets
        transmittedBytes &+= other.pointee.transmittedBytes
        transmitRetries &+= other.pointee.transmitRetries
        for index in 0..<24 { drops[index] &+= other.pointee.drops[index] }
    }
}
