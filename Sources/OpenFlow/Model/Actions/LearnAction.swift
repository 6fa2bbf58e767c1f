/// `learn(…)`: adds or modifies a flow made from the packet (NXAST_LEARN, NXAST_LEARN2; OVS: `struct ofpact_learn`).
public struct LearnAction: Sendable, Hashable {
    public var idleTimeoutSeconds: UInt16 = 0
    public var hardTimeoutSeconds: UInt16 = 0
    public var priority: UInt16 = 0x8000
    public var cookie: UInt64 = 0
    public var table: UInt8 = 1
    public var sendsFlowRemoved = false
    /// NX_LEARN_F_DELETE_LEARNED: when the last flow with this action goes, so do those that it made.
    public var deletesLearned = false
    public var finIdleTimeoutSeconds: UInt16 = 0
    public var finHardTimeoutSeconds: UInt16 = 0
    /// NXAST_LEARN2: at most so many learned flows; 0: any number.
    public var limit: UInt32 = 0
    /// NX_LEARN_F_WRITE_RESULT: one bit that tells whether the flow was learned or the limit forbade it.
    public var result: FieldRange?
    public var steps: [Step] = []

    /// One `flow_mod_spec`.
    public struct Step: Sendable, Hashable {
        public enum Source: Sendable, Hashable {
            /// Of the packet; as many bits as the step has.
            case field(FieldRange)
            case immediate(FieldValue)
        }

        public enum Target: Sendable, Hashable {
            /// The new flow matches this.
            case match(FieldRange)
            /// The new flow has an action that loads this.
            case load(FieldRange)
            /// The new flow outputs to the port that the source names.
            case output
        }

        public let source: Source
        public let target: Target
        public let bits: Int

        public init(_ source: Source, _ target: Target, bits: Int) {
            self.source = source
            self.target = target
            self.bits = bits
        }
    }

    public init() {}
}
