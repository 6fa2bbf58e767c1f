import CDPDK

/// A guest's device while it is there: a number of DPDK's vhost library, and what the library knows of it.
///
/// Everything here may be asked as long as ``VhostState/device`` has it and that state's releases have
/// not been called; from any thread.
public struct VhostDevice: Sendable, Hashable {
    /// DPDK's `vid`, for `cdpdk_vhost_` calls.
    public let number: Int32

    /// Rings, two to a pair of queues.
    public var ringCount: Int { Int(cdpdk_vhost_rings(number)) }
    public var queuePairs: Int { ringCount / 2 }

    /// The NUMA node on which most of the guest's memory lies; nil when the kernel does not tell.
    public var node: Int? {
        let node = Int(cdpdk_vhost_node(number))
        return node >= 0 ? node : nil
    }

    /// What guest and library have agreed on, by virtio's bits.
    public var features: UInt64? {
        var features: UInt64 = 0
        return cdpdk_vhost_features(number, &features) == 0 ? features : nil
    }

    /// The MTU that the guest was told (VHOST_USER_NET_SET_MTU); nil when it was told none.
    public var mtu: Int? {
        var mtu: UInt16 = 0
        return cdpdk_vhost_mtu(number, &mtu) == 0 ? Int(mtu) : nil
    }

    /// Entries of a ring.
    public func size(ofRing ring: Int) -> Int? {
        let size = Int(cdpdk_vhost_ring_size(number, UInt16(clamping: ring)))
        return size >= 0 ? size : nil
    }

    /// What packet threads need to use a ring without the library; nil when only the library can. It
    /// lives as long as the device.
    public func ring(_ ring: Int) -> UnsafeMutablePointer<cdpdk_vhost_ring>? { VhostRouter.shared.ring(number, ring) }

    /// The guest need not tell of what it puts into the rings that come from it: they are polled.
    func silenceKicks() {
        for pair in 0..<queuePairs { cdpdk_vhost_no_kicks(number, UInt16(clamping: pair * 2 + 1)) }
    }
}
