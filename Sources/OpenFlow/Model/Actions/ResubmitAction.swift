/// `resubmit(PORT,TABLE)` (NXAST_RESUBMIT, NXAST_RESUBMIT_TABLE, NXAST_RESUBMIT_TABLE_CT).
public struct ResubmitAction: Sendable, Hashable {
    /// Looked up as the packet's in_port, for this look-up alone; nil: the packet's own.
    public var inPort: OpenFlowPort?
    /// nil: the table of the flow that has the action.
    public var table: UInt8?
    /// NXAST_RESUBMIT_TABLE_CT: with the conntrack's original tuple exchanged in.
    public var swapsConnectionTuple = false

    public init(inPort: OpenFlowPort? = nil, table: UInt8? = nil) {
        self.inPort = inPort
        self.table = table
    }
}
