/// What a thread's bursts have met; written by the thread alone, read by control as plain loads.
struct BurstStatistics {
    var bursts: UInt64 = 0
    /// Packets handed to ``BurstProcessor/process(_:_:inPort:now:)``.
    var packets: UInt64 = 0
    /// Packets that needed no look-up, as the packet before them was of the same flow.
    var repeats: UInt64 = 0
    /// Packets that programs sent round again.
    var recirculations: UInt64 = 0
    var lookup = LookupStatistics()
    /// Packets for which no flow was found; more than ``LookupStatistics/misses`` where equal ones came in a row.
    var missedPackets: UInt64 = 0
}
