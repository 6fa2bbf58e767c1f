import Packets

/// What a datapath port is to be; the typed form of an Interface row's part that concerns packets.
public struct PortConfiguration: Sendable, Equatable {
    /// Where packets come from and go to.
    public enum Kind: Sendable, Equatable {
        /// A TAP device of the port's name, made if it is not there (types `internal` and `tap`).
        case tap
        /// An existing kernel device of the port's name, over AF_PACKET (type `system` or none).
        case packetSocket
        /// A DPDK device: `options:dpdk-devargs`, a PCI address or a vdev string.
        case dpdk(devargs: String)
        /// A guest, over vhost-user.
        case vhost(VhostSettings)
        /// No device at all: packets come from tests and go to them.
        case dummy(DummySettings)
    }

    public var name: String
    public var kind: Kind
    /// The Interface row's `type` as written there (`internal`, `tap`, `system`, `dpdk`, `dummy` …); for display.
    public var typeName: String
    /// Layer 3 MTU asked for, in bytes; nil leaves the device's own (1500 for DPDK).
    public var mtu: Int?
    /// Ethernet address asked for; nil leaves the device's own.
    public var macAddress: MACAddress?
    /// Whether a TAP outlives the process, so that a restart finds it again.
    public var isPersistent = true
    /// `options:n_rxq`; DPDK ports only.
    public var receiveQueues = 1
    /// `options:n_rxq_desc`, `n_txq_desc`; DPDK ports only.
    public var receiveDescriptors = 2048
    public var transmitDescriptors = 2048
    /// `other_config:pmd-rxq-affinity`: queue to core.
    public var receiveQueueAffinity: [Int: Int] = [:]
    /// `options:dpdk-lsc-interrupt`.
    public var linkStateInterrupts = true

    public init(name: String, kind: Kind, typeName: String) {
        self.name = name
        self.kind = kind
        self.typeName = typeName
    }
}
