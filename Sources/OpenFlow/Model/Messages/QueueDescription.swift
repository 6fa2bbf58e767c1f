/// OFPT_QUEUE_GET_CONFIG_REPLY, OFPMP_QUEUE_DESC.
public struct QueueDescription: Sendable, Equatable {
    public var port: OpenFlowPort
    public var queue: UInt32
    /// In tenths of a percent of the port's rate, as OpenFlow has them; nil: not limited, or not known.
    public var minimumRate: UInt16?
    public var maximumRate: UInt16?

    public init(port: OpenFlowPort, queue: UInt32) {
        self.port = port
        self.queue = queue
    }
}
