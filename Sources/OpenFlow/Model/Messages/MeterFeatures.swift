/// OFPMP_METER_FEATURES.
public struct MeterFeatures: Sendable, Equatable {
    public var maximumMeters: UInt32
    public var maximumBands: UInt8
    /// Bits 1 << OFPMBT_*: drop and dscp_remark.
    public var bandKinds: UInt32 = 1 << 1 | 1 << 2
    /// OFPMF_*: kbps, pktps, burst, stats.
    public var capabilities: UInt32 = 0b1111

    public init(maximumMeters: UInt32, maximumBands: UInt8) {
        self.maximumMeters = maximumMeters
        self.maximumBands = maximumBands
    }
}
