import Logging

/// Something to be said about the configuration, once for as long as it stands.
public struct Remark: Sendable, Hashable {
    /// The log module, as OVS names it.
    public enum Module: String, Sendable, Hashable, CaseIterable {
        case bridge, dpdk, ofproto, netdev
        case dpifNetdev = "dpif_netdev"
        case netdevDPDK = "netdev_dpdk"
    }

    public let module: Module
    public let level: Logger.Level
    public let text: String

    /// Makes a remark; `module` is the one under which OVS speaks of the like.
    public init(_ level: Logger.Level, _ text: String, module: Module = .bridge) {
        self.level = level
        self.text = text
        self.module = module
    }

    public static func == (left: Remark, right: Remark) -> Bool {
        left.module == right.module && left.level == right.level && left.text == right.text
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
