/// The receive queues that a port has for PMD threads.
struct PolledQueues {
    /// The NUMA node from which they are best polled.
    let node: Int
    let count: Int
    /// Those that are switched on; nil: all.
    let enabled: Set<Int>?

    func isEnabled(_ queue: Int) -> Bool { enabled?.contains(queue) ?? true }
}
