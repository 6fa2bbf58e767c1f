/// What decides how many buffers a pool is asked for.
public struct PoolNeeds: Sendable, Equatable {
    public var receiveQueues: Int
    public var receiveDescriptors: Int
    public var transmitQueues: Int
    public var transmitDescriptors: Int

    /// OVS's `MAX_NB_MBUF`: what a shared pool is asked for first.
    public static let most = 4096 * 64
    /// OVS's `MIN_NB_MBUF`: the least that a pool may have, and a reserve in the estimate of a port's own.
    public static let fewest = 4096 * 4

    public init(receiveQueues: Int, receiveDescriptors: Int, transmitQueues: Int, transmitDescriptors: Int) {
        self.receiveQueues = receiveQueues
        self.receiveDescriptors = receiveDescriptors
        self.transmitQueues = transmitQueues
        self.transmitDescriptors = transmitDescriptors
    }

    /// OVS's estimate for a pool of the port's own (`per-port-memory=true`): full descriptor rings, a burst for each
    /// polling thread, and a reserve.
    public var buffers: Int {
        receiveQueues * receiveDescriptors + transmitQueues * transmitDescriptors + min(128, receiveQueues) * 32
            + Self.fewest
    }

    /// How many buffers OVS asks for in a pool that is shared: few where frames are smaller than Ethernet's longest.
    public static func shared(_ bufferClass: BufferClass) -> Int { bufferClass.nominalMTU >= 1500 ? most : fewest }
}
