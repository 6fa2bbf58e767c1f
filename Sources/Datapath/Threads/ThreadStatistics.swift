/// How a thread has spent its time; written by the thread alone, read by control (`dpif-netdev/pmd-stats-show`).
struct ThreadStatistics {
    /// Rounds over all queues.
    var iterations: UInt64 = 0
    /// TSC cycles in polls that found packets, and in those that found none.
    var busyCycles: UInt64 = 0
    var idleCycles: UInt64 = 0
    /// Bursts that held packets.
    var bursts: UInt64 = 0
    /// Misses handed to control, and those lost because its ring was full.
    var upcalls: UInt64 = 0
    var upcallsLost: UInt64 = 0
    /// Copies that programs gave to control.
    var punts: UInt64 = 0
    /// Batches handed to ports, and the packets in them.
    var outputBatches: UInt64 = 0
    var outputPackets: UInt64 = 0
    /// Buffers that are kept ready for frames of kernel devices, now.
    var spareBuffers = 0
    /// Packets whose output port was gone.
    var noPort: UInt64 = 0
}
