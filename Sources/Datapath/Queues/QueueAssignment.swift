/// How receive queues that are pinned to no core are shared out among PMD threads (`other_config:pmd-rxq-assign`).
public enum QueueAssignment: String, Sendable, CaseIterable {
    /// The busiest queue first, over the threads there and back.
    case cycles
    /// One thread after the other, whatever the queues cost.
    case roundrobin
    /// The busiest queue first, each to the thread that has the least to do.
    case group
}
