/// Which types of datapaths and devices are replaced by ones without a kernel (`--enable-dummy`).
public enum DummyMode: Sendable, Equatable {
    /// None, and there are no dummy types.
    case off
    /// None, but dummy types may be asked for by name.
    case explicit
    /// Type `system`.
    case system
    /// All but patch ports.
    case override
}

/// What a dummy port is given as Interface `options`.
public struct DummySettings: Sendable, Equatable {
    /// Files in pcap form that packets received by the port, and sent by it, are added to.
    public var receivedCapture: String?
    public var sentCapture: String?
    /// A peer to connect to, or to wait for: each packet travels as its length in two bytes, and itself.
    public var stream: String?
    public var passiveStream: String?
    /// The kernel's index that it pretends to have.
    public var interfaceIndex: Int?
    /// `dummy-pmd`: queues each way, and the NUMA node.
    public var receiveQueues = 1
    public var transmitQueues = 1
    public var node = 0

    public init() {}
}
