import CDPDK
import Machine
import MemoryPlan

/// The memory of one NUMA node, as the kernel and DPDK see it.
public struct NodeMemory: Sendable, Equatable, Encodable {
    /// Hugepages of one size.
    public struct Pages: Sendable, Equatable, Encodable {
        public let pageKib: Int
        /// The kernel's figures.
        public let total: Int
        public let free: Int
        /// What DPDK has mapped here, in bytes.
        public let mappedBytes: UInt64
    }

    public let node: Int
    public let pages: [Pages]
    /// nil where DPDK has no heap.
    public let heap: HeapUse?
    /// What DPDK may still take from the kernel, in bytes.
    public let growthBytes: UInt64

    /// All that buffers may still be made of, in bytes. Pools take memory in several pieces, too.
    public var availableBytes: UInt64 { (heap?.free ?? 0) &+ growthBytes }

    /// Reads sysfs and asks DPDK: for the ``DPDKQueue``.
    ///
    /// - Parameter arguments: the EAL's argument vector; nil when it is not up.
    public static func read(nodes: [Int], arguments: [String]?) -> [NodeMemory] {
        guard let arguments else { return readKernel(nodes: nodes) }
        let growth = MemoryGrowth(arguments: arguments)
        let hugepages = HugepageReport.read().pools
        return nodes.map { node in
            let here = hugepages.filter { $0.node == node }
            let heap = HeapUse.read(node: node)
            let free = here.reduce(UInt64(0)) { $0 + UInt64($1.free) * UInt64($1.pageKiB) << 10 }
            return NodeMemory(
                node: node,
                pages: here.map {
                    Pages(
                        pageKib: $0.pageKiB, total: $0.total, free: $0.free,
                        mappedBytes: cdpdk_mapped(Int32(clamping: node), UInt64($0.pageKiB) << 10))
                }, heap: heap,
                growthBytes: cdpdk_has_hugepages() == 0
                    ? 0 : growth.bytes(node: node, heap: heap?.total ?? 0, freePages: free))
        }
    }

    /// What there is to know without DPDK.
    private static func readKernel(nodes: [Int]) -> [NodeMemory] {
        let hugepages = HugepageReport.read().pools
        return nodes.map { node in
            NodeMemory(
                node: node,
                pages: hugepages.filter { $0.node == node }.map {
                    Pages(pageKib: $0.pageKiB, total: $0.total, free: $0.free, mappedBytes: 0)
                }, heap: nil, growthBytes: 0)
        }
    }
}
