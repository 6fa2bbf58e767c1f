/// A port's counters, summed over its queues and threads, since the port was added (Interface `statistics`).
public struct PortStatistics: Sendable, Equatable {
    public var receivedPackets: UInt64 = 0
    public var receivedBytes: UInt64 = 0
    public var receivedErrors: UInt64 = 0
    /// Lost before the switch saw them (`rx_missed_errors` for DPDK) plus those it dropped on receipt.
    public var receivedDropped: UInt64 = 0
    public var transmittedPackets: UInt64 = 0
    public var transmittedBytes: UInt64 = 0
    public var transmittedErrors: UInt64 = 0
    public var transmittedDropped: UInt64 = 0
    /// Further counters by OVS's names (`rx_crc_err`, `ovs_tx_failure_drops`, DPDK xstats …); only those the device
    /// has.
    public var named: [String: UInt64] = [:]
    /// Packets dropped, by reason.
    public var drops: [DropReason: UInt64] = [:]

    public init() {}
}
