import CDPDK

/// Finds a guest's addresses in our memory.
enum GuestMemory {
    /// Where `count` bytes from a guest's address are, if they lie in one region.
    @inline(__always)
    static func find(_ ring: GuestRing, _ address: UInt64, _ count: UInt32) -> UnsafeMutablePointer<UInt8>? {
        let regions = cdpdk_vhost_ring_regions(ring).unsafelyUnwrapped
        var index = 0
        while index < Int(ring.pointee.region_count) {
            let offset = address &- regions[index].guest
            if offset < regions[index].size {
                return UInt64(count) <= regions[index].size &- offset
                    ? regions[index].host + Int(truncatingIfNeeded: offset) : nil
            }
            index &+= 1
        }
        return nil
    }

    /// Where the first of `count` bytes from a guest's address are, and how many lie there side by side; none: nil.
    static func piece(_ ring: GuestRing, _ address: UInt64, _ count: UInt64) -> (UnsafeMutablePointer<UInt8>, UInt64)? {
        let regions = cdpdk_vhost_ring_regions(ring).unsafelyUnwrapped
        for index in 0..<Int(ring.pointee.region_count) {
            let offset = address &- regions[index].guest
            if offset < regions[index].size {
                return (
                    regions[index].host + Int(truncatingIfNeeded: offset), min(count, regions[index].size &- offset)
                )
            }
        }
        return nil
    }
}
