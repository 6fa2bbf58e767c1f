/// What memory is to be planned for: the switch's settings and its ports, as they are or as they are to be.
public struct PlanRequest: Sendable, Equatable {
    /// The machine's NUMA nodes.
    public var nodes: [Int] = [0]
    /// The node of DPDK's main thread, where DPDK keeps its own tables and what is not bound to a node.
    public var mainNode = 0
    /// How many PMD threads there are: each needs a transmit queue at every device.
    public var threads = 1
    /// `other_config:per-port-memory` and `shared-mempool-config`.
    public var policy = PoolPolicy()
    /// Bytes of the smallest hugepage that each node has; 2 MiB where nothing is said.
    public var pageBytes: [Int: Int] = [:]
    /// Bytes of the smallest hugepage that the kernel knows: DPDK lays out buffers for it even when it has larger ones
    /// only, as such a page may come later.
    public var leastPageBytes = 2 << 20
    /// Set when DPDK is to do without hugepages.
    public var ordinary: OrdinaryMemory?
    /// Memory channels (`-n` in `dpdk-extra`).
    public var channels = 4
    public var ports: [PlannedPort] = []
    /// What whoever made the request has to say about it.
    public var notes: [String] = []

    public init() {}

    /// Reads a file of lines, each a port (`dpdk name=dpdk0,mtu=9000`, or with a comma) or a setting
    /// (`pmd-threads=4`); what follows a `#` is a comment.
    public mutating func read(lines text: String) throws(PlanError) {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let first = words.first else { continue }
            do throws(PlanError) {
                if words.count == 1 {
                    try add(String(first))
                } else {
                    try append(PlannedPort(words.joined(separator: ","), fallbackName: freshName))
                }
            } catch {
                throw PlanError("line \(number + 1): \(error)")
            }
        }
    }

    /// Adds a port written as `TYPE,KEY=VALUE,…`, or changes a setting: `KEY=VALUE`.
    public mutating func add(_ text: String) throws(PlanError) {
        if let equals = text.firstIndex(of: "="), !text[..<equals].contains(",") {
            try set(String(text[..<equals]), String(text[text.index(after: equals)...]))
        } else {
            try append(PlannedPort(text, fallbackName: freshName))
        }
    }

    /// Adds a port; one of the same name is replaced.
    public mutating func append(_ port: PlannedPort) throws(PlanError) {
        if let node = port.node, !nodes.contains(node) {
            let known = nodes.map(String.init).joined(separator: ", ")
            throw PlanError("\(port.name): there is no NUMA node \(node), only \(known); say nodes=N first")
        }
        ports.removeAll { $0.name == port.name }
        ports.append(port)
    }

    /// A name for a port without one.
    public var freshName: String { "port\(ports.count)" }

    /// A setting by its name: `nodes`, `pmd-threads`, `main-node`, `per-port-memory`, `shared-mempool-config`,
    /// `channels`.
    public mutating func set(_ key: String, _ value: String) throws(PlanError) {
        switch key {
        case "nodes":
            let count = try Self.number(key, value, 1...1024)
            if let stray = ports.first(where: { ($0.node ?? 0) >= count }), let node = stray.node {
                throw PlanError("nodes=\(count): \(stray.name) is on NUMA node \(node)")
            }
            nodes = Array(0..<count)
        case "main-node": mainNode = try Self.number(key, value, 0...1023)
        case "pmd-threads": threads = try Self.number(key, value, 1...4096)
        case "channels": channels = try Self.number(key, value, 1...32)
        case "per-port-memory": policy.isPerPort = try Self.truth(key, value)
        case "hugepages": ordinary = try Self.truth(key, value) ? nil : OrdinaryMemory(["--no-huge"])
        case "shared-mempool-config":
            let shared = PoolPolicy(otherConfig: [key: value])
            guard !shared.sizes.isEmpty else { throw PlanError("\(key)=\(value) is no list of MTU or MTU:NODE") }
            policy.sizes = shared.sizes
        default:
            throw PlanError(
                "unknown setting '\(key)'; known are nodes, main-node, pmd-threads, per-port-memory, "
                    + "shared-mempool-config, hugepages, channels")
        }
    }

    private static func truth(_ key: String, _ text: String) throws(PlanError) -> Bool {
        guard text == "true" || text == "false" else { throw PlanError("\(key)=\(text) is neither true nor false") }
        return text == "true"
    }

    private static func number(_ key: String, _ text: String, _ range: ClosedRange<Int>) throws(PlanError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw PlanError("\(key)=\(text) is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// How DPDK lays out buffers.
    var layout: PoolFootprint.Layout {
        PoolFootprint.Layout(pageBytes: ordinary == nil ? leastPageBytes : 0, channels: channels)
    }

    /// The node on whose heap something for a node lies: without hugepages there is one heap for all.
    func heap(of node: Int?) -> Int { ordinary == nil ? node ?? mainNode : mainNode }
}
