/// OFPMP_GROUP_FEATURES; the same numbers for all four kinds of groups.
public struct GroupFeatures: Sendable, Equatable {
    /// OFPGFC_*: weights (1), liveness of select buckets (2), groups in groups (4), checks for loops (8).
    public var capabilities: UInt32 = 7
    public var maximumGroups: UInt32 = 0xffff_ff00

    public init() {}
}
