import CDPDK
import Packets

/// Pushing and popping a backbone header with its I-TAG (IEEE 802.1Q clause 9.7) around a packet that is not shared.
///
/// ```
/// dst 6 | src 6 | 0x88e7 | tag 4 | the whole packet as it was
/// ```
enum PBBTag {
    static var byteCount: Int { 18 }

    /// Puts a header in front, with the packet's own addresses; `tag` in network order. There is room for it.
    @inline(__always)
    static func push(_ mbuf: Mbuf, tag: UInt32) {
        let old = UnsafeMutableRawPointer(mbuf.frame)
        let first = old.loadUnaligned(as: UInt64.self)
        let rest = old.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
        mbuf.pointee.data_off &-= 18
        mbuf.pointee.data_len &+= 18
        mbuf.pointee.pkt_len &+= 18
        let new = old - byteCount
        new.storeBytes(of: first, as: UInt64.self)
        new.storeBytes(of: rest, toByteOffset: 8, as: UInt32.self)
        new.storeBytes(of: EtherType.pbb.bigEndian, toByteOffset: 12, as: UInt16.self)
        new.storeBytes(of: tag, toByteOffset: 14, as: UInt32.self)
    }

    /// Removes the header with its tags; a packet without one, or with no whole Ethernet header inside, stays as it is.
    @inline(__always)
    static func pop(_ mbuf: Mbuf) {
        guard let layout = PacketLayout(mbuf), layout.type == EtherType.pbb, layout.end &- layout.network >= 4 + 14
        else {
            return
        }
        let gone = layout.network &+ 4
        mbuf.pointee.data_off &+= UInt16(truncatingIfNeeded: gone)
        mbuf.pointee.data_len &-= UInt16(truncatingIfNeeded: gone)
        mbuf.pointee.pkt_len &-= UInt32(truncatingIfNeeded: gone)
    }
}
