import CDPDK

/// What a DPDK device is and can do (`rte_eth_dev_info`).
public struct EthernetInfo: Sendable, Equatable {
    public let name: String
    /// "net_null", "net_ixgbe", …
    public let driver: String
    /// The bus ("pci", "vdev") and what it tells ("vendor_id=8086, device_id=10fb"), or empty.
    public let bus: String
    public let busInformation: String
    /// The NUMA node; nil where the device has none.
    public let node: Int?
    /// The limits of layer 3 MTUs, in bytes.
    public let mtus: ClosedRange<Int>
    public let minimumReceiveBuffer: Int
    public let longestReceivedPacket: Int
    public let mostReceiveQueues: Int
    public let mostTransmitQueues: Int
    public let receiveDescriptors: Descriptors
    public let transmitDescriptors: Descriptors
    public let mostMACAddresses: Int
    public let mostHashedMACAddresses: Int
    public let mostVirtualFunctions: Int
    public let mostVMDqPools: Int
    /// `CDPDK_RX_` and `CDPDK_TX_` bits.
    public let receiveOffloads: UInt64
    public let transmitOffloads: UInt64
    public let hasLinkInterrupt: Bool
    public let isRepresentor: Bool

    /// How long a queue may be.
    public struct Descriptors: Sendable, Equatable {
        public let least: Int
        public let most: Int
        public let multiple: Int

        /// The nearest length that the device takes; `wanted` itself where it can.
        public func nearest(_ wanted: Int) -> Int {
            let multiple = max(multiple, 1)
            let bounded = min(max(wanted, least), most > 0 ? most : wanted)
            return max(bounded / multiple * multiple, multiple)
        }
    }

    init(_ info: cdpdk_port_info) {
        name = Self.text(info.name)
        driver = Self.text(info.driver)
        bus = Self.text(info.bus)
        busInformation = Self.text(info.bus_information)
        node = info.node < 0 ? nil : Int(info.node)
        mtus = Int(info.min_mtu)...max(Int(info.min_mtu), Int(info.max_mtu))
        minimumReceiveBuffer = Int(info.min_rx_buffer)
        longestReceivedPacket = Int(info.max_rx_packet)
        mostReceiveQueues = Int(info.max_rx_queues)
        mostTransmitQueues = Int(info.max_tx_queues)
        receiveDescriptors = Descriptors(
            least: Int(info.min_rx_descriptors), most: Int(info.max_rx_descriptors),
            multiple: Int(info.rx_descriptor_multiple))
        transmitDescriptors = Descriptors(
            least: Int(info.min_tx_descriptors), most: Int(info.max_tx_descriptors),
            multiple: Int(info.tx_descriptor_multiple))
        mostMACAddresses = Int(info.max_mac_addresses)
        mostHashedMACAddresses = Int(info.max_hash_mac_addresses)
        mostVirtualFunctions = Int(info.max_vfs)
        mostVMDqPools = Int(info.max_vmdq_pools)
        receiveOffloads = info.rx_offloads
        transmitOffloads = info.tx_offloads
        hasLinkInterrupt = info.has_link_interrupt != 0
        isRepresentor = info.is_representor != 0
    }

    /// A C array of characters that ends in 0.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
