/// What a number of changes adds to the internet checksums that cover them (RFC 1624): whatever such a checksum was off
/// by before, it is off by afterwards.
///
/// Sums are of 16-bit words in memory order; ones' complement addition does not mind the byte order.
struct ChecksumDelta {
    private var sum: UInt64 = 0

    /// Whether any change was added.
    private(set) var isEmpty = true

    /// Bytes at an even distance from where the checksum begins have changed.
    @inline(__always)
    mutating func add(from old: UInt64, to new: UInt64) {
        if old == new { return }
        isEmpty = false
        let gone = ~old
        sum &+= (gone & 0xffff_ffff) &+ (gone >> 32) &+ (new & 0xffff_ffff) &+ (new >> 32)
    }

    /// The changes of `other` too.
    @inline(__always)
    mutating func add(_ other: ChecksumDelta) {
        if other.isEmpty { return }
        isEmpty = false
        sum &+= other.sum
    }

    /// The checksum after the changes, as it stands in memory.
    @inline(__always)
    func applied(to checksum: UInt16) -> UInt16 {
        let total = sum &+ UInt64(~checksum)
        var folded = (total & 0xffff_ffff) &+ (total >> 32)
        folded = (folded & 0xffff) &+ (folded >> 16)
        folded = (folded & 0xffff) &+ (folded >> 16)
        folded = (folded & 0xffff) &+ (folded >> 16)
        return ~UInt16(truncatingIfNeeded: folded)
    }

    /// Changes the checksum at a place of a packet.
    @inline(__always)
    func apply(at place: UnsafeMutableRawPointer) {
        place.storeBytes(of: applied(to: place.loadUnaligned(as: UInt16.self)), as: UInt16.self)
    }

    /// The same for UDP, where 0 says that there is no checksum (RFC 768).
    @inline(__always)
    func applyToUDP(at place: UnsafeMutableRawPointer) {
        let old = place.loadUnaligned(as: UInt16.self)
        if old == 0 { return }
        let new = applied(to: old)
        place.storeBytes(of: new == 0 ? 0xffff : new, as: UInt16.self)
    }
}
