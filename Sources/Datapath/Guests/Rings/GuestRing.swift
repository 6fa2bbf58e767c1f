import CDPDK

/// A virtqueue of a guest's (virtio 1.2, 2.7 and 2.8), over which packet threads move frames: plain memory that
/// belongs to whoever has entered it.
typealias GuestRing = UnsafeMutablePointer<cdpdk_vhost_ring>

/// What every number in a guest's memory is read with: once, whatever the guest writes there meanwhile.
///
/// Bounds: control fills in a ring's addresses only when `size` entries of each part lie within the guest's memory,
/// and takes the ring away before the memory goes; entries are reached by masked or compared indexes. Buffers are
/// reached by ``GuestMemory`` alone.
enum GuestRingAccess {
    /// Enters a ring that other threads may be in for the time of a burst; not when control has it.
    @inline(__always)
    static func enter(_ ring: GuestRing) -> Bool {
        if cdpdk_vhost_ring_enter(ring) != 0 { return true }
        return wait(ring)
    }

    @inline(never)
    private static func wait(_ ring: GuestRing) -> Bool {
        // A burst takes microseconds, but its thread may not be running.
        for _ in 0..<100_000 {
            if cdpdk_vhost_ring_is_closed(ring) != 0 { return false }
            if cdpdk_vhost_ring_enter(ring) != 0 { return true }
            cdpdk_pause()
        }
        return false
    }
}

extension GuestRing {
    @inline(__always) var isPacked: Bool { pointee.traits & CDPDK_VHOST_PACKED != 0 }
    @inline(__always) var isMergeable: Bool { pointee.traits & CDPDK_VHOST_MERGEABLE != 0 }
    @inline(__always) var isLogged: Bool { pointee.traits & CDPDK_VHOST_LOGGED != 0 }
    @inline(__always) var hasEventIndex: Bool { pointee.traits & CDPDK_VHOST_EVENT_INDEX != 0 }

    /// The descriptor at an index below the ring's size.
    @inline(__always)
    func descriptor(_ index: UInt16) -> UnsafeMutablePointer<UInt8> {
        pointee.descriptors + Int(index) &* RingFlags.descriptorSize
    }
}

/// Bits of descriptors (virtio 1.2, 2.7.5 and 2.8.1).
enum RingFlags {
    static var next: UInt16 { 1 }
    static var write: UInt16 { 2 }
    static var indirect: UInt16 { 4 }
    static var available: UInt16 { 1 << 7 }
    static var used: UInt16 { 1 << 15 }

    static var descriptorSize: Int { 16 }
}
