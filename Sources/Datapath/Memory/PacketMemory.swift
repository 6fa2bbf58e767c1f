import DPDK

/// How the memory for packets is used: what `memory/report` tells.
public struct PacketMemory: Sendable, Encodable {
    /// A pool, by whom it is used, and who has its buffers.
    public struct Pool: Sendable, Encodable {
        public let name: String
        /// DPDK's own name of it.
        public let identifier: String
        /// nil: wherever there was memory.
        public let node: Int?
        public let users: [String]
        public let isShared: Bool
        public let requested: Int
        public let granted: Int
        /// Bytes of a frame that a buffer holds, and of the whole pool.
        public let bufferBytes: Int
        public let bytes: UInt64
        public let available: Int
        public let inUse: Int
        public let holders: [BufferHolder]
    }

    /// A node's memory, and what a further port would make of it.
    public struct Node: Sendable, Encodable {
        public let memory: NodeMemory
        public let furtherPorts: [PoolOutlook]
    }

    /// The MTUs that are asked about.
    static let commonMTUs = [1500, 3000, 9000]

    public let nodes: [Node]
    public let pools: [Pool]
}
