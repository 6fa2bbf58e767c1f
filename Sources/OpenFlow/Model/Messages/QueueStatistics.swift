/// OFPMP_QUEUE; nil where nothing counts.
public struct QueueStatistics: Sendable, Equatable {
    public var port: OpenFlowPort
    public var queue: UInt32
    public var bytes: UInt64?
    public var packets: UInt64?
    public var errors: UInt64?
    /// nil: not known.
    public var duration: Duration?

    public init(port: OpenFlowPort, queue: UInt32) {
        self.port = port
        self.queue = queue
    }
}
