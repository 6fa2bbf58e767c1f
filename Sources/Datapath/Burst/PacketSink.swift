/// Where packets go that a ``BurstProcessor`` has finished with: the thread's ports, its way to control, its counters.
///
/// Every function owns the packets it is given. None is called with more than ``Burst/capacity`` packets, and none may
/// call back into the processor. The processor is compiled for the sink's own type, so these are plain calls.
protocol PacketSink: ~Copyable {
    /// Sends `count` packets out of a port, or counts and frees them if the port is gone or does not take them. They
    /// may be shared with other ports: read only, where the reference count is above 1.
    mutating func transmit(_ port: UInt32, _ mbufs: MbufVector, _ count: Int)
    /// Takes `count` packets of one port that no flow matches, or counts and frees those that control has no room for.
    mutating func miss(_ mbufs: MbufVector, _ count: Int, _ inPort: UInt32)
    /// Takes a packet for control that is nobody else's, or counts and frees it.
    mutating func punt(_ mbuf: Mbuf, _ inPort: UInt32)
    /// Whether the next one would be taken.
    var takesPunts: Bool { get }
    /// Counts a copy for control that was not made, and why.
    mutating func puntFailed(_ reason: DropReason, _ inPort: UInt32)
    /// Counts `count` packets that end here, and frees them.
    mutating func drop(_ reason: DropReason, _ inPort: UInt32, _ mbufs: MbufVector, _ count: Int)
}
