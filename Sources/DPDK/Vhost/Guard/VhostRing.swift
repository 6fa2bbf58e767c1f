/// What a frontend has said of one of its rings.
struct VhostRing: Sendable {
    /// Addresses as the frontend sees them.
    struct Addresses: Sendable, Equatable {
        var descriptors: UInt64
        var available: UInt64
        var used: UInt64
    }

    /// Entries; nil until it is told, and again after the ring was stopped: the library has then
    /// nothing to run it with.
    var size: Int?
    /// Nil until they are told, and again after the ring was stopped.
    var addresses: Addresses?

    /// Of fewer entries the library has less room for what it has used than it may use at once.
    static let sizes = 64...32768

    /// Whether each part is at an address where its words may be (virtio 1.2, 2.7 and 2.8).
    func isAligned(isPacked: Bool) -> Bool {
        guard let addresses else { return true }
        return addresses.descriptors % 16 == 0 && addresses.available % (isPacked ? 4 : 2) == 0
            && addresses.used % 4 == 0
    }

    /// What a ring takes at its addresses (virtio 1.2, 2.7 and 2.8), without VIRTIO_RING_F_EVENT_IDX.
    static func parts(_ addresses: Addresses, size: Int, isPacked: Bool) -> [(address: UInt64, count: UInt64)] {
        let size = UInt64(size)
        let (available, used): (UInt64, UInt64) = isPacked ? (4, 4) : (4 + 2 * size, 4 + 8 * size)
        return [(addresses.descriptors, 16 * size), (addresses.available, available), (addresses.used, used)]
    }
}
