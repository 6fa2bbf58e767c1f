import CDPDK
import Packets

/// Pushing and popping the outer label stack entry (RFC 3032) of a packet that is not shared.
///
/// It stands behind the Ethernet header and its tags, of which the innermost type tells of it.
enum MPLSLabel {
    static var byteCount: Int { 4 }

    /// Inserts an entry; both arguments in network order. There are as many bytes in front of the packet.
    @inline(__always)
    static func push(_ mbuf: Mbuf, type: UInt16, entry: UInt32) {
        guard let layout = PacketLayout(mbuf) else { return }
        let old = UnsafeMutableRawPointer(mbuf.frame)
        mbuf.pointee.data_off &-= 4
        mbuf.pointee.data_len &+= 4
        mbuf.pointee.pkt_len &+= 4
        // An LLC header, if any, ends with the type, so it moves along.
        HeaderMove.forward(old, by: byteCount, count: layout.network)
        let new = old - byteCount
        new.storeBytes(of: type, toByteOffset: layout.typeOffset, as: UInt16.self)
        new.storeBytes(of: entry, toByteOffset: layout.network, as: UInt32.self)
    }

    /// Removes an entry; a packet without one stays as it is. `type` in network order.
    @inline(__always)
    static func pop(_ mbuf: Mbuf, type: UInt16) {
        guard let layout = PacketLayout(mbuf), EtherType.isMPLS(layout.type), layout.end &- layout.network >= 4 else {
            return
        }
        let old = UnsafeMutableRawPointer(mbuf.frame)
        old.storeBytes(of: type, toByteOffset: layout.typeOffset, as: UInt16.self)
        HeaderMove.backward(old, by: byteCount, count: layout.network)
        mbuf.pointee.data_off &+= 4
        mbuf.pointee.data_len &-= 4
        mbuf.pointee.pkt_len &-= 4
    }
}
