/// Which cores poll, and how they share the work (Open_vSwitch `other_config:pmd-…`).
public struct PMDConfiguration: Sendable, Equatable {
    /// `pmd-cpu-mask`; nil: one core per NUMA node that has a DPDK port.
    public var cores: Set<Int>?
    public var assignment = QueueAssignment.cycles
    /// `pmd-rxq-isolate`: whether a core with a pinned queue takes no other ones.
    public var isolatesPinnedCores = true
    public var autoBalance = AutoBalance()
    /// `pmd-maxsleep`: how long, in microseconds, a thread that finds little to do may sleep between
    /// two looks; 0: not at all.
    public var maximumSleep = 0

    public init(cores: Set<Int>? = nil) { self.cores = cores }
}
