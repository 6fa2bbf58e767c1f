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

    /// Whether DPDK is there to serve packets.
    public struct Supply: Sendable, Encodable {
        public enum State: String, Sendable, Encodable {
            /// Nobody has asked for it, and no port has needed buffers.
            case absent
            case starting
            /// Buffers of kernel ports are in ordinary memory; DPDK ports cannot be had.
            case kernelPortsOnly = "kernel-ports-only"
            case ready
            /// The daemon is about to start anew with it.
            case restarting
            case failed
        }

        public let state: State
        /// Why what the operator asked for did not come up.
        public let error: String?
    }

    /// The MTUs that are asked about.
    static let commonMTUs = [1500, 3000, 9000]

    public let dpdk: Supply
    public let nodes: [Node]
    public let pools: [Pool]
}
