/// Who polls a receive queue and what it costs, for `dpif-netdev/pmd-rxq-show`.
public struct ReceiveQueueReport: Sendable {
    public let portName: String
    public let queue: Int
    public let thread: ThreadID
    /// Put there by `other_config:pmd-rxq-affinity`.
    public let isPinned: Bool
    /// Whether it is polled now: a guest may have switched it off, or not be there.
    public let isEnabled: Bool
    /// TSC cycles spent on bursts that held packets, and the packets, since the queue was first polled.
    public let busyCycles: UInt64
    public let packets: UInt64
}
