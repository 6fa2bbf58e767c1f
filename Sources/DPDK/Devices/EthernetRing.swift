import CDPDK

/// A queue of a device, as far as it keeps buffers.
public struct EthernetRing: Sendable, Equatable {
    public let queue: Int
    /// How many buffers it may keep. A receive queue keeps that many: each descriptor has an empty one.
    public let size: Int
    /// Whether the driver tells the size; otherwise it is what the queue was set up with, and an upper bound.
    public let isTold: Bool
    /// Packets in it that have come, or have yet to leave; nil where the driver does not tell.
    public let waiting: Int?

    /// Drivers (22.11) that keep no buffers: what they receive is put into a buffer when it is asked for, and what they
    /// send is copied, or gone, at once.
    private static let ringless: Set<String> = ["net_null", "net_pcap", "net_af_packet"]

    /// Drivers that have rings of one size, whatever is asked for, and do not tell.
    private static let fixedSizes = ["net_ring": 1023]

    /// The receive queues of a device that is set up.
    static func receiving(_ port: UInt16, _ setup: EthernetDevice.Setup, driver: String) -> [EthernetRing] {
        guard !ringless.contains(driver) else { return [] }
        return (0..<setup.receiveQueues).map { queue in
            let number = UInt16(clamping: queue)
            let told = cdpdk_port_rx_ring(port, number)
            let waiting = cdpdk_port_rx_waiting(port, number)
            return EthernetRing(
                queue: queue, size: told > 0 ? Int(told) : fixedSizes[driver] ?? setup.receiveDescriptors,
                isTold: told > 0, waiting: waiting < 0 ? nil : Int(waiting))
        }
    }

    /// The transmit queues of a device that is set up.
    static func transmitting(_ port: UInt16, _ setup: EthernetDevice.Setup, driver: String) -> [EthernetRing] {
        guard !ringless.contains(driver) else { return [] }
        return (0..<setup.transmitQueues).map { queue in
            let number = UInt16(clamping: queue)
            let told = cdpdk_port_tx_ring(port, number)
            let size = told > 0 ? Int(told) : fixedSizes[driver] ?? setup.transmitDescriptors
            let waiting = cdpdk_port_tx_waiting(port, number, UInt16(clamping: size))
            return EthernetRing(queue: queue, size: size, isTold: told > 0, waiting: waiting < 0 ? nil : Int(waiting))
        }
    }
}
