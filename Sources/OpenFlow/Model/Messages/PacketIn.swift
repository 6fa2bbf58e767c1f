/// Why a packet goes to controllers (`enum ofp_packet_in_reason`, as 1.4 and later number them).
public enum PacketInReason: UInt8, Sendable, Hashable, CaseIterable {
    /// OFPR_NO_MATCH, OFPR_TABLE_MISS: no flow matched, or the table-miss flow did.
    case noMatch = 0
    /// OFPR_ACTION, OFPR_APPLY_ACTION.
    case action = 1
    case invalidTTL = 2
    case actionSet = 3
    case group = 4
    case packetOut = 5
    /// The table-miss flow's controller action, told as ``noMatch`` on the wire (OVS: OFPR_EXPLICIT_MISS).
    case explicitMiss = 6
    /// The implicit miss of versions 1.3 and later, which goes nowhere (OVS: OFPR_IMPLICIT_MISS).
    case implicitMiss = 7
}
