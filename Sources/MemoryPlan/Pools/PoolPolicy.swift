import Logging

/// How DPDK ports share pools: `other_config:per-port-memory` and `shared-mempool-config`.
public struct PoolPolicy: Sendable, Equatable {
    /// A size of buffers that the operator wants to be used by all ports for which it is large enough.
    public struct SharedSize: Sendable, Equatable {
        public let mtu: Int
        /// nil: on every node.
        public let node: Int?

        public init(mtu: Int, node: Int?) {
            self.mtu = mtu
            self.node = node
        }
    }

    /// Whether each DPDK port gets a pool of its own.
    public var isPerPort = false
    /// Sizes for pools that are shared.
    public var sizes: [SharedSize] = []
    /// What is to be logged about the settings, in OVS's words.
    public private(set) var notices: [Notice] = []

    /// A line for the log, found while the settings were read.
    public struct Notice: Sendable, Equatable {
        public let level: Logger.Level
        public let text: String
    }

    /// OVS's defaults.
    public init() {}

    /// - Parameter otherConfig: the Open_vSwitch row's `other_config`.
    public init(otherConfig: [String: String]) {
        isPerPort = otherConfig["per-port-memory"]?.lowercased() == "true"
        say(.info, "Per port memory for DPDK devices \(isPerPort ? "enabled" : "disabled").")
        guard let list = otherConfig["shared-mempool-config"] else { return }
        for word in list.split(whereSeparator: { ", \t\n".contains($0) }) {
            guard let size = read(word) else {
                say(.warning, "User configured shared mempools will not be used.")
                sizes = []
                return
            }
            sizes.append(size)
            let node = size.node.map(String.init) ?? "ALL"
            say(.info, "User configured shared mempool set for: MTU \(size.mtu), NUMA \(node).")
        }
    }

    /// `MTU` or `MTU:NODE`; as in OVS, what is no number behind the colon stands for every node.
    private mutating func read(_ word: Substring) -> SharedSize? {
        let parts = word.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "=" }
        guard let mtu = parts.first.flatMap({ Int($0) }), mtu >= 0 else {
            say(.warning, "Invalid user configured shared mempool MTU.")
            return nil
        }
        let node = parts.count > 1 ? Int(parts[1]) : nil
        if let node, node < 0 {
            say(.warning, "Invalid user configured shared mempool NUMA.")
            return nil
        }
        return SharedSize(mtu: mtu, node: node)
    }

    private mutating func say(_ level: Logger.Level, _ text: String) {
        notices.append(Notice(level: level, text: text))
    }

    /// The buffers that a port is given: the smallest of the operator's sizes that is large enough, else its own class.
    public func bufferClass(mtu: Int, node: Int) -> BufferClass {
        let own = BufferClass(mtu: mtu)
        guard !isPerPort else { return own }
        let suitable = sizes.filter { $0.node == nil || $0.node == node }.map { BufferClass(mtu: $0.mtu) }
        return suitable.filter { $0.usableBytes >= own.usableBytes }.min { $0.usableBytes < $1.usableBytes } ?? own
    }

    /// Equal for the pools that come of it; what was to be said does not matter.
    public static func == (left: PoolPolicy, right: PoolPolicy) -> Bool {
        left.isPerPort == right.isPerPort && left.sizes == right.sizes
    }
}
