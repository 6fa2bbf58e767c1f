import FoundationEssentials
import Logging

/// The machine's NUMA nodes and their cores, as sysfs tells them; OVS's module `ovs_numa`.
public struct NUMATopology: Sendable, Equatable {
    public struct Node: Sendable, Equatable {
        public let id: Int
        /// Core numbers, ascending.
        public let cores: [Int]

        public init(id: Int, cores: [Int]) {
            self.id = id
            self.cores = cores
        }
    }

    /// Ascending by id.
    public let nodes: [Node]

    public init(nodes: [Node]) {
        self.nodes = nodes
    }

    /// A made-up machine: the node of each core.
    public init(nodesOfCores list: [Int]) {
        nodes = Set(list).sorted().map { id in Node(id: id, cores: list.indices.filter { list[$0] == id }) }
    }

    public var coreCount: Int { nodes.reduce(0) { $0 + $1.cores.count } }

    /// Reads the topology below `root`. A kernel without NUMA gets one node 0 with every core.
    public static func discover(root: String = "/sys/devices/system") -> NUMATopology {
        let nodes = numbers("node", in: "\(root)/node").map { id in
            Node(id: id, cores: numbers("cpu", in: "\(root)/node/node\(id)"))
        }
        if !nodes.isEmpty { return NUMATopology(nodes: nodes) }
        return NUMATopology(nodes: [Node(id: 0, cores: numbers("cpu", in: "\(root)/cpu"))])
    }

    /// The node that has the core; nil for a core that does not exist.
    public func node(ofCore core: Int) -> Int? {
        nodes.first { $0.cores.contains(core) }?.id
    }

    /// Logs OVS's lines: one for each node, then the sum.
    public func log(to logger: Logger = Logger(label: "ovs_numa")) {
        for node in nodes {
            logger.info("Discovered \(node.cores.count) CPU cores on NUMA node \(node.id)")
        }
        logger.info("Discovered \(nodes.count) NUMA nodes and \(coreCount) CPU cores")
    }

    /// The numbers of the directory's entries named `prefix` and decimal digits.
    private static func numbers(_ prefix: String, in directory: String) -> [Int] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return entries.compactMap { entry in
            let digits = entry.dropFirst(prefix.count)
            guard entry.hasPrefix(prefix), digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
            return Int(digits)
        }.sorted()
    }
}
