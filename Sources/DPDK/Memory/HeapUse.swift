import CDPDK

/// DPDK's heap of one NUMA node, in bytes. It grows by hugepages as it is used, where DPDK may take more.
public struct HeapUse: Sendable, Equatable, Encodable {
    public let total: UInt64
    public let free: UInt64
    /// The largest part of ``free`` that is in one piece.
    public let largestPiece: UInt64

    public init(total: UInt64, free: UInt64, largestPiece: UInt64) {
        self.total = total
        self.free = free
        self.largestPiece = largestPiece
    }

    /// Waits while DPDK takes pages from the kernel: for the ``DPDKQueue``. nil for a node without a heap.
    static func read(node: Int) -> HeapUse? {
        var (total, free, largest): (UInt64, UInt64, UInt64) = (0, 0, 0)
        guard cdpdk_heap(Int32(clamping: node), &total, &free, &largest) == 0 else { return nil }
        return HeapUse(total: total, free: free, largestPiece: largest)
    }
}
