import CDPDK
import Packets

/// How long a frame may be: the MTU counts neither the Ethernet header nor up to two VLAN tags (OVS:
/// VLAN_ETH_HEADER_LEN).
enum FrameLength {
    /// Ethernet header without tags.
    static let header = 14
    static let tag = 4

    /// The greatest frame without tags for a layer 3 MTU.
    static func maximum(mtu: Int) -> UInt32 { UInt32(clamping: mtu + header) }

    /// Whether the frame is too long for a port with this limit, its VLAN tags left out of account.
    static func exceeds(_ limit: UInt32, _ mbuf: UnsafeMutablePointer<cdpdk_mbuf>) -> Bool {
        let length = mbuf.pointee.pkt_len
        if length <= limit { return false }
        guard length <= limit &+ UInt32(2 * tag), mbuf.pointee.data_len >= UInt16(header + tag) else { return true }
        let frame = UnsafeRawPointer(mbuf.pointee.buf_addr) + Int(mbuf.pointee.data_off)
        guard isTag(frame, at: 12) else { return true }
        if length <= limit &+ UInt32(tag) { return false }
        return !isTag(frame, at: 16)
    }

    private static func isTag(_ frame: UnsafeRawPointer, at offset: Int) -> Bool {
        EtherType.isVLAN(frame.loadUnaligned(fromByteOffset: offset, as: UInt16.self).bigEndian)
    }
}
