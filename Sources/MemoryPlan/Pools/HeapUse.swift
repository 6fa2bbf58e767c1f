/// DPDK's heap of one NUMA node, in bytes. It grows by hugepages as it is used, where DPDK may take more.
public struct HeapUse: Sendable, Equatable, Encodable {
    public let total: UInt64
    public let free: UInt64
    /// The largest part of ``free`` that is in one piece.
    public let largestPiece: UInt64

    public init(total: UInt64 = 0, free: UInt64 = 0, largestPiece: UInt64 = 0) {
        self.total = total
        self.free = free
        self.largestPiece = largestPiece
    }
}
