/// Accounts for every buffer of a pool.
///
/// What is free, cached, in known receive rings or waiting for control is counted. The rest is in transmit rings, which
/// keep sent buffers until they need the place, or on its way through a thread. Where only one ring can have them they
/// are its; where several can, each is told with what it can have at most.
struct PoolAccount {
    /// A ring, and how many buffers it may have.
    struct Ring {
        let name: String
        let size: Int
        var isTold = true
        var waiting: Int?
    }

    /// All buffers of the pool.
    var count = 0
    /// Free ones in nobody's cache.
    var free = 0
    /// Free ones by the thread that keeps them.
    var caches: [(thread: String, buffers: Int)] = []
    /// Rings that receive into the pool.
    var receiveRings: [Ring] = []
    /// Rings that may have buffers of the pool to send.
    var transmitRings: [Ring] = []
    /// Ports of guests that receive into the pool.
    var guests: [String] = []
    /// With the receiver of kernel devices.
    var spares = 0
    /// In packets that wait for control.
    var waiting = 0
    /// What threads, and the rings between them, may have just now.
    var mostUnderWay = 0

    /// Everybody who has buffers. Without the bounds the figures add up to `count`.
    var holders: [BufferHolder] {
        var result = [BufferHolder(.free, "", free)]
        result += caches.map { BufferHolder(.cache, $0.thread, $0.buffers) }
        result += guests.map { BufferHolder(.guestRing, $0, 0) }
        if spares > 0 { result.append(BufferHolder(.receiver, "", spares)) }
        if waiting > 0 { result.append(BufferHolder(.control, "", waiting)) }
        var rest = count - free - caches.reduce(0) { $0 + $1.buffers } - spares - waiting
        for ring in receiveRings where ring.isTold {
            // Descriptors that wait for a new buffer make a ring that is in use hold a few less.
            let held = max(0, min(ring.size, rest))
            result.append(BufferHolder(.receiveRing, ring.name, held, waiting: ring.waiting))
            rest -= held
        }
        let untold = receiveRings.filter { !$0.isTold }.map { (BufferHolder.Kind.receiveRing, $0) }
        return result + share(rest, among: untold + transmitRings.map { (.transmitRing, $0) })
    }

    private func share(_ rest: Int, among rings: [(kind: BufferHolder.Kind, ring: Ring)]) -> [BufferHolder] {
        guard rest > 0 else { return [] }
        guard rest > mostUnderWay, !rings.isEmpty else {
            let known = min(rest, mostUnderWay)
            return [BufferHolder(.underWay, "", known), BufferHolder(.unaccounted, "", rest - known)]
                .filter { $0.buffers > 0 }
        }
        let room = rings.reduce(0) { $0 + $1.ring.size }
        let inRings = min(rest, room)
        let underWay = min(rest - inRings, mostUnderWay)
        var result: [BufferHolder] = []
        if rings.count == 1 {
            let ring = rings[0].ring
            result.append(BufferHolder(rings[0].kind, ring.name, inRings, waiting: ring.waiting))
        } else {
            result.append(BufferHolder(.transmitRing, "all together", inRings))
            result += rings.map {
                BufferHolder(
                    $0.kind, $0.ring.name, min($0.ring.size, inRings), isBound: true, waiting: $0.ring.waiting)
            }
        }
        if underWay > 0 { result.append(BufferHolder(.underWay, "", underWay)) }
        let left = rest - inRings - underWay
        if left > 0 { result.append(BufferHolder(.unaccounted, "", left)) }
        return result
    }
}
