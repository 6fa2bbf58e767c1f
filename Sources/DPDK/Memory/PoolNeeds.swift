/// What a port needs of a pool of its own (`other_config:per-port-memory=true`).
public struct PoolNeeds: Sendable, Equatable {
    public var receiveQueues: Int
    public var receiveDescriptors: Int
    public var transmitQueues: Int
    public var transmitDescriptors: Int

    public init(receiveQueues: Int, receiveDescriptors: Int, transmitQueues: Int, transmitDescriptors: Int) {
        self.receiveQueues = receiveQueues
        self.receiveDescriptors = receiveDescriptors
        self.transmitQueues = transmitQueues
        self.transmitDescriptors = transmitDescriptors
    }

    /// OVS's estimate: full descriptor rings, a burst for each polling thread, and a reserve.
    var buffers: Int {
        receiveQueues * receiveDescriptors + transmitQueues * transmitDescriptors + min(128, receiveQueues) * 32
            + PoolRequest.fewest
    }
}
