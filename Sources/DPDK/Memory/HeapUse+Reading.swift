import CDPDK
import MemoryPlan

extension HeapUse {
    /// Waits while DPDK takes pages from the kernel: for the ``DPDKQueue``. nil for a node without a heap.
    static func read(node: Int) -> HeapUse? {
        var (total, free, largest): (UInt64, UInt64, UInt64) = (0, 0, 0)
        guard cdpdk_heap(Int32(clamping: node), &total, &free, &largest) == 0 else { return nil }
        return HeapUse(total: total, free: free, largestPiece: largest)
    }
}
