/// Which cores poll (Open_vSwitch `other_config:pmd-cpu-mask`).
public struct PMDConfiguration: Sendable, Equatable {
    /// nil: one core per NUMA node that has a DPDK port.
    public var cores: Set<Int>?

    public init(cores: Set<Int>? = nil) { self.cores = cores }
}
