/// OFPT_PACKET_OUT: a controller's packet and what to do with it.
public struct PacketOut: Sendable, Equatable {
    /// in_port, and what else of the pipeline's fields version 1.5 lets a controller give: each exact.
    public var metadata: Match
    public var actions: [Action]
    public var frame: [UInt8]

    public init(metadata: Match, actions: [Action], frame: [UInt8]) {
        self.metadata = metadata
        self.actions = actions
        self.frame = frame
    }

    public init(inPort: OpenFlowPort, actions: [Action], frame: [UInt8]) {
        self.init(metadata: Match(inPort: inPort), actions: actions, frame: frame)
    }

    /// A number of the bridge, LOCAL, CONTROLLER or none.
    public var inPort: OpenFlowPort { metadata.inPort }
}
