import CDPDK

/// A device's own counters since it was started (`rte_eth_stats`).
public struct EthernetStatistics: Sendable, Equatable {
    public var receivedPackets: UInt64 = 0
    public var transmittedPackets: UInt64 = 0
    public var receivedBytes: UInt64 = 0
    public var transmittedBytes: UInt64 = 0
    /// Dropped by the device for want of descriptors.
    public var missed: UInt64 = 0
    public var receiveErrors: UInt64 = 0
    public var transmitErrors: UInt64 = 0
    /// Not received for want of a buffer in the pool.
    public var withoutBuffer: UInt64 = 0

    public init() {}

    private static var all: [WritableKeyPath<Self, UInt64>] {
        [
            \.receivedPackets, \.transmittedPackets, \.receivedBytes, \.transmittedBytes, \.missed, \.receiveErrors,
            \.transmitErrors, \.withoutBuffer,
        ]
    }

    /// Each counter with the other's added.
    public func adding(_ other: Self) -> Self {
        var sum = self
        for counter in Self.all { sum[keyPath: counter] &+= other[keyPath: counter] }
        return sum
    }

    /// By how much each counter has gone back since.
    public func lost(in later: Self) -> Self {
        var lost = Self()
        for counter in Self.all where self[keyPath: counter] > later[keyPath: counter] {
            lost[keyPath: counter] = self[keyPath: counter] - later[keyPath: counter]
        }
        return lost
    }

    init(_ s: cdpdk_port_statistics) {
        receivedPackets = s.rx_packets
        transmittedPackets = s.tx_packets
        receivedBytes = s.rx_bytes
        transmittedBytes = s.tx_bytes
        missed = s.rx_missed
        receiveErrors = s.rx_errors
        transmitErrors = s.tx_errors
        withoutBuffer = s.rx_no_buffer
    }
}
