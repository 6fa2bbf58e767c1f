import Packets

extension Match {
    /// Matches packets from one port, whatever else they have.
    public init(inPort: OpenFlowPort) {
        self.init()
        key.setHost32(FlowField.inPort, UInt32(inPort.rawValue))
        mask.setHost32(FlowField.inPort, .max)
    }

    /// The in_port; ``OpenFlowPort/none`` if it is not matched.
    public var inPort: OpenFlowPort {
        guard mask.host32(FlowField.inPort) != 0 else { return .none }
        return OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: key.host32(FlowField.inPort)))
    }
}
