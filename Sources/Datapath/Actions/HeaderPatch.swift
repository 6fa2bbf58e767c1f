import CDPDK

/// A piece of a header to change, as a packet thread reads it: bits of one number of 1, 2, 4 or 8 bytes.
struct HeaderPiece {
    /// What the piece lies at, and which checksums count it.
    enum Role: UInt8 {
        /// From the header's first byte; only the header's own checksum counts it, if there is one.
        case header
        /// An address from the header's first byte, or IPv4's protocol, which upper layers' checksums count too.
        case address
        /// An IPv6 destination: the same, unless a routing header says that it is not the last.
        case destination
        /// At the innermost EtherType.
        case type
        /// At the number of IPv6's upper layer, be it in the header or in an extension; its checksum counts it.
        case proto
        /// At the neighbour discovery option of the source's, or the target's, link-layer address.
        case sourceOption, targetOption
        /// At the first of these.
        case firstOption
    }

    var offset: UInt16
    var width: UInt8
    var role: Role
    private var unused: UInt32 = 0
    /// The bits to be, in memory order, and which these are; `value` has no others.
    var value: UInt64
    var mask: UInt64

    init(_ offset: UInt16, width: UInt8, _ role: Role = .header, value: UInt64, mask: UInt64) {
        self.offset = offset
        self.width = width
        self.role = role
        self.value = value & mask
        self.mask = mask
    }

    typealias List = UnsafePointer<HeaderPiece>

    /// Changes the piece of the header at `start`, all of which is there.
    @inline(__always)
    func apply(_ start: UnsafeMutableRawPointer, _ delta: inout ChecksumDelta) {
        let place = start + Int(offset)
        switch width {
        case 8:
            let old = place.loadUnaligned(as: UInt64.self)
            let new = old & ~mask | value
            place.storeBytes(of: new, as: UInt64.self)
            delta.add(from: old, to: new)
        case 4:
            let old = place.loadUnaligned(as: UInt32.self)
            let new = old & ~UInt32(truncatingIfNeeded: mask) | UInt32(truncatingIfNeeded: value)
            place.storeBytes(of: new, as: UInt32.self)
            delta.add(from: UInt64(old), to: UInt64(new))
        case 2:
            let old = place.loadUnaligned(as: UInt16.self)
            let new = old & ~UInt16(truncatingIfNeeded: mask) | UInt16(truncatingIfNeeded: value)
            place.storeBytes(of: new, as: UInt16.self)
            delta.add(from: UInt64(old), to: UInt64(new))
        default:
            let old = place.load(as: UInt8.self)
            place.storeBytes(
                of: old & ~UInt8(truncatingIfNeeded: mask) | UInt8(truncatingIfNeeded: value), as: UInt8.self)
        }
    }
}
