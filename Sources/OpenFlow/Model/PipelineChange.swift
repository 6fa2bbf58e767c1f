/// One change of a bridge's tables.
public enum PipelineChange: Sendable, Equatable {
    case flow(FlowMod)
    case group(GroupMod)
    case meter(MeterMod)
}

/// Who asked for a change: what flow monitors abbreviate for.
public struct ChangeOrigin: Sendable, Hashable {
    /// The connection.
    public let requester: ObjectIdentifier
    /// The number of its request.
    public let transaction: UInt32

    public init(requester: ObjectIdentifier, transaction: UInt32) {
        self.requester = requester
        self.transaction = transaction
    }
}

/// Why none of several changes was made.
public struct PipelineFailure: Error, Sendable, Equatable {
    /// Which of them it was.
    public let index: Int
    public let error: OpenFlowError

    public init(index: Int, error: OpenFlowError) {
        self.index = index
        self.error = error
    }
}
