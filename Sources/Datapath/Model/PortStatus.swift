import Packets

/// What a port is now; feeds the Interface row (`ovs-vswitchd.conf.db(5)`, "Interface Status").
public struct PortStatus: Sendable, Equatable {
    public var isAdministrativelyUp = false
    public var isLinkUp = false
    /// Bits per second; nil where the device tells none.
    public var linkSpeedBitsPerSecond: UInt64?
    public var isFullDuplex: Bool?
    public var macAddress: MACAddress?
    public var mtu: Int?
    /// The kernel's interface index; 0 where there is none.
    public var interfaceIndex = 0
    /// How often the link has come up or gone down since the port was added.
    public var linkResets = 0
    /// The Interface row's `status` map: driver_name, numa_id, … for DPDK; driver_name, driver_version,
    /// firmware_version for kernel devices.
    public var details: [String: String] = [:]
    /// Receive and transmit queues in use, and the NUMA node of a DPDK device.
    public var receiveQueues = 1
    public var transmitQueues = 1
    public var node: Int?

    public init() {}
}
