/// `sample(…)` (NXAST_SAMPLE to NXAST_SAMPLE3): one packet in so many goes to IPFIX collectors.
public struct SampleAction: Sendable, Hashable {
    /// NX_ACTION_SAMPLE_*.
    public enum Direction: UInt8, Sendable, Hashable {
        case unspecified = 0, ingress = 1, egress = 2
    }

    /// Of 65535; not 0.
    public var probability: UInt16
    public var collectorSetID: UInt32
    public var observationDomainID: UInt32
    public var observationPointID: UInt32
    public var samplingPort: OpenFlowPort = .none
    public var direction = Direction.unspecified
    /// Which of the three actions it was, 1 to 3.
    public var form: UInt8

    public init(
        probability: UInt16, collectorSetID: UInt32, observationDomainID: UInt32, observationPointID: UInt32,
        form: UInt8 = 1
    ) {
        self.probability = probability
        self.collectorSetID = collectorSetID
        self.observationDomainID = observationDomainID
        self.observationPointID = observationPointID
        self.form = form
    }
}
