/// What a packet thread has done since it began, for `dpif-netdev/pmd-stats-show` and `pmd-perf-show`.
///
/// `packets` and `recirculations` are together the sum of the three kinds of hits and the misses.
public struct ThreadReport: Sendable, Equatable {
    public var thread: ThreadID
    /// The NUMA node of its core; nil for the thread of kernel ports.
    public var node: Int?
    public var packets: UInt64
    /// Packets that flows sent round again.
    public var recirculations: UInt64
    /// Of the same flow as the packet before; found in the front cache; found in a flow table.
    public var previousHits: UInt64
    public var frontHits: UInt64
    public var tableHits: UInt64
    /// Subtables looked through for `tableHits`.
    public var tableProbes: UInt64
    /// Packets for which no flow was found.
    public var misses: UInt64
    public var outputPackets: UInt64
    public var outputBatches: UInt64
    /// Packets whose output port was gone.
    public var noPort: UInt64
    /// Misses that found the way to control full.
    public var upcallsLost: UInt64
    public var bursts: UInt64
    /// Rounds over all queues.
    public var iterations: UInt64
    /// TSC cycles with and without packets.
    public var busyCycles: UInt64
    public var idleCycles: UInt64
    /// Flows in its table now, and their distinct masks.
    public var flows: Int
    public var masks: Int

    /// What has been done since `earlier`; the flows and masks are those of now.
    public func since(_ earlier: ThreadReport) -> ThreadReport {
        var result = self
        let counters: [WritableKeyPath<ThreadReport, UInt64>] = [
            \.packets, \.recirculations, \.previousHits, \.frontHits, \.tableHits, \.tableProbes, \.misses,
            \.outputPackets, \.outputBatches, \.noPort, \.upcallsLost, \.bursts, \.iterations, \.busyCycles,
            \.idleCycles,
        ]
        for counter in counters { result[keyPath: counter] &-= earlier[keyPath: counter] }
        return result
    }
}
