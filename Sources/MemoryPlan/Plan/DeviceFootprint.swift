/// What a device's driver takes out of DPDK's heap: its rings, the notes beside them, and its own data.
///
/// Drivers differ. Those of virtual devices were measured; for cards, rings of the greatest length are supposed, as
/// most drivers reserve them whatever `n_rxq_desc` says.
public struct DeviceFootprint: Sendable, Equatable {
    public let bytes: Int
    /// Whether the driver's needs are not known well.
    public let isEstimate: Bool

    private static let kibibyte = 1 << 10
    /// Drivers without rings of a device: a structure for each queue, and at most a few rings or a small pool.
    private static let virtualDrivers = ["net_null", "net_ring", "net_pcap", "net_af_packet", "net_tap", "net_vhost"]
    /// What a card's driver reserves rings for at least.
    private static let longestRing = 4096

    /// - Parameters:
    ///   - driver: "net_ixgbe"; nil when it is not known.
    ///   - transmitQueues: one for each packet thread.
    public init(
        driver: String?, receiveQueues: Int, transmitQueues: Int, receiveDescriptors: Int, transmitDescriptors: Int
    ) {
        if let driver, Self.virtualDrivers.contains(where: driver.hasPrefix) {
            bytes = 160 * Self.kibibyte + 4 * Self.kibibyte * (receiveQueues + transmitQueues)
            isEstimate = false
            return
        }
        // A descriptor has up to 32 bytes where packets come in and 16 where they leave; drivers note 16 to 24 bytes
        // beside each in use, and 8 KiB for each queue.
        let receiving = max(Self.longestRing, receiveDescriptors) * 32 + receiveDescriptors * 16 + 8 * Self.kibibyte
        let sending = max(Self.longestRing, transmitDescriptors) * 16 + transmitDescriptors * 24 + 8 * Self.kibibyte
        let isMellanox = driver?.hasPrefix("net_mlx") ?? false
        let own = isMellanox ? 48 << 20 : 512 * Self.kibibyte
        bytes = own + receiveQueues * receiving + transmitQueues * sending
        isEstimate = true
    }
}
