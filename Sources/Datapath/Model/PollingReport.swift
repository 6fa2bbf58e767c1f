/// What a PMD thread polls and what that costs it, for `dpif-netdev/pmd-rxq-show`.
public struct PollingReport: Sendable {
    public struct Queue: Sendable {
        public let portName: String
        public let index: Int
        /// Whether it is polled now: a guest may have switched it off, or not be there.
        public let isEnabled: Bool
        /// Per cent of the thread's time; nil: not measured yet.
        public let usage: Int?
    }

    public let thread: ThreadID
    public let node: Int
    /// Whether it polls only queues that are pinned to it.
    public let isIsolated: Bool
    /// By port and queue.
    public let queues: [Queue]
    /// Per cent of the thread's time that was spent busy, but on no queue; nil: not measured yet.
    public let overhead: Int?
}
