import CDPDK
import MemoryPlan

/// What a further DPDK port of an MTU would take on a node.
public struct PoolOutlook: Sendable, Equatable, Encodable {
    public let mtu: Int
    /// The pool that it would share; then it takes no memory for buffers.
    public let shares: String?
    /// Buffers that would be asked for, and their bytes.
    public let wanted: Int
    public let wantedBytes: UInt64
    /// The fewest that would do, and their bytes.
    public let fewest: Int
    public let fewestBytes: UInt64
    /// How many could be had now; 0: the port would be refused.
    public let granted: Int
}

extension MempoolRegistry {
    /// What a further port would take, with the default numbers of queues and descriptors.
    public func outlook(mtu: Int, _ memory: NodeMemory) -> PoolOutlook {
        let needs = PoolNeeds(
            receiveQueues: 1, receiveDescriptors: 2048, transmitQueues: 2, transmitDescriptors: 2048)
        let (shared, bufferClass, count) = prospect(mtu: mtu, node: memory.node, needs: needs)
        let fewest = min(count, PoolNeeds.fewest)
        var granted = count
        // Without hugepages no pool takes more than half of what is left.
        let available = cdpdk_has_hugepages() != 0 ? memory.availableBytes : memory.availableBytes / 2
        while granted >= fewest, bufferClass.bytes(count: granted) > available { granted /= 2 }
        return PoolOutlook(
            mtu: mtu, shares: shared?.name, wanted: count, wantedBytes: bufferClass.bytes(count: count), fewest: fewest,
            fewestBytes: bufferClass.bytes(count: fewest),
            granted: shared?.count ?? (granted >= fewest ? granted : 0))
    }
}
