import DPDK
import Datapath

/// `memory/report` for people.
struct PacketMemoryText {
    let memory: PacketMemory

    /// What is amiss with DPDK, then node by node, then the pools that belong to no node.
    var text: String {
        var text = supply
        for node in memory.nodes {
            text += "NUMA node \(node.memory.node)\n"
            text += pages(node.memory) + heap(node.memory)
            for pool in memory.pools where pool.node == node.memory.node { text += describe(pool) }
            for port in node.furtherPorts { text += describe(port) }
        }
        let others = memory.pools.filter { pool in !memory.nodes.contains { $0.memory.node == pool.node } }
        if !others.isEmpty { text += "on any NUMA node\n" + others.map(describe).joined() }
        return text
    }

    private var supply: String {
        let ordinary = "Buffers of kernel ports are in ordinary memory\n"
        let failure = memory.dpdk.error.map { "DPDK could not be initialised: \($0)\n" }
        return switch memory.dpdk.state {
        case .ready: ""
        case .absent: "DPDK is not initialised, and no port has needed buffers\n"
        case .starting: "DPDK is being initialised\n"
        case .kernelPortsOnly: (failure ?? "DPDK is not initialised\n") + ordinary
        case .restarting: "DPDK is about to be initialised: the daemon starts anew\n"
        case .failed: failure ?? ""
        }
    }

    private func pages(_ node: NodeMemory) -> String {
        if !node.pages.contains(where: { $0.total > 0 || $0.mappedBytes > 0 }) {
            return "  hugepages: none are reserved\n"
        }
        return node.pages.filter { $0.total > 0 || $0.mappedBytes > 0 }.map {
            """
              hugepages of \($0.pageKib) kB: \($0.total) in all, \($0.free) free, \(Self.mebibytes($0.mappedBytes)) \
            mapped by the switch

            """
        }.joined()
    }

    private func heap(_ node: NodeMemory) -> String {
        guard let heap = node.heap else { return "  heap: DPDK has none here\n" }
        return """
              heap: \(Self.mebibytes(heap.total - min(heap.free, heap.total))) of \(Self.mebibytes(heap.total)) used, \
            \(Self.mebibytes(heap.free)) free, largest piece \(Self.mebibytes(heap.largestPiece)); may grow by \
            \(Self.mebibytes(node.growthBytes))

            """
    }

    private func describe(_ pool: PacketMemory.Pool) -> String {
        let users = pool.users.isEmpty ? "nobody any more" : pool.users.joined(separator: ", ")
        var text = """
              mempool \(pool.name): \(pool.granted) mbufs of \(pool.requested) asked for, of \(pool.bufferBytes) \
            bytes, \(Self.mebibytes(pool.bytes)); used by \(users)
                free \(pool.available), in use \(pool.inUse)

            """
        for holder in pool.holders {
            text += "      \(holder.text)\(holder.kind == .guestRing ? " (frames are copied)" : "")\n"
        }
        return text
    }

    private func describe(_ port: PoolOutlook) -> String {
        let begin = "  a further port of MTU \(port.mtu): "
        if let pool = port.shares { return begin + "shares \(pool)\n" }
        let needs = "\(port.wanted) mbufs need \(Self.mebibytes(port.wantedBytes)), "
            + "\(port.fewest) are the fewest and need \(Self.mebibytes(port.fewestBytes)): "
        return begin + needs + (port.granted == 0 ? "does not fit\n" : "\(port.granted) fit\n")
    }

    private static func mebibytes(_ bytes: UInt64) -> String { "\((bytes + (1 << 19)) >> 20) MiB" }
}
