import CDPDK
import Packets

/// Pushing and popping the outer IEEE 802.1Q tag of a packet that is not shared.
enum VLANTag {
    static var byteCount: Int { 4 }

    /// Moves the addresses into the headroom, which has room, and writes the tag behind them; TPID and TCI in network
    /// order. The first segment holds at least an Ethernet header.
    @inline(__always)
    static func push(_ mbuf: Mbuf, tpid: UInt16, tci: UInt16) {
        let old = UnsafeMutableRawPointer(mbuf.frame)
        let first = old.loadUnaligned(as: UInt64.self)
        let rest = old.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
        mbuf.pointee.data_off &-= 4
        mbuf.pointee.data_len &+= 4
        mbuf.pointee.pkt_len &+= 4
        let new = old - byteCount
        new.storeBytes(of: first, as: UInt64.self)
        new.storeBytes(of: rest, toByteOffset: 8, as: UInt32.self)
        new.storeBytes(of: UInt32(tpid) | UInt32(tci) << 16, toByteOffset: 12, as: UInt32.self)
    }

    /// Moves the addresses over the tag; a packet without one stays as it is.
    @inline(__always)
    static func pop(_ mbuf: Mbuf) {
        let old = UnsafeMutableRawPointer(mbuf.frame)
        guard mbuf.pointee.data_len >= 18,
            EtherType.isVLAN(old.loadUnaligned(fromByteOffset: 12, as: UInt16.self).bigEndian)
        else { return }
        let first = old.loadUnaligned(as: UInt64.self)
        let rest = old.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
        let new = old + byteCount
        new.storeBytes(of: first, as: UInt64.self)
        new.storeBytes(of: rest, toByteOffset: 8, as: UInt32.self)
        mbuf.pointee.data_off &+= 4
        mbuf.pointee.data_len &-= 4
        mbuf.pointee.pkt_len &-= 4
    }
}
