import CDPDK
import Packets

/// Adding to the drop precedence of an assured forwarding class (RFC 2597); other code points have none and stay.
enum DSCPRemark {
    /// Changes the packet's, which is not shared.
    static func apply(_ mbuf: Mbuf, levels: UInt32) {
        guard let layout = PacketLayout(mbuf), layout.end &- layout.network >= 20 else { return }
        let header = UnsafeRawPointer(mbuf.frame) + layout.network
        if layout.type == EtherType.ipv4 {
            let old = header.load(fromByteOffset: 1, as: UInt8.self)
            var piece = HeaderPiece(0, width: 2, value: UInt64(remarked(old, levels)) << 8, mask: 0xfc00)
            withUnsafePointer(to: &piece) { IPRewrite.setIPv4(mbuf, $0, 1) }
        } else if layout.type == EtherType.ipv6 {
            let old = UInt8(truncatingIfNeeded: PacketLayout.u16(header, 0) >> 4)
            let first = (UInt32(remarked(old, levels)) << 20).bigEndian
            var piece = HeaderPiece(0, width: 4, value: UInt64(first), mask: UInt64((0xfc << 20 as UInt32).bigEndian))
            withUnsafePointer(to: &piece) { IPRewrite.setIPv6(mbuf, $0, 1) }
        }
    }

    /// A TOS or traffic class byte after the change: class 1-4 in the first three bits, precedence 1-3 in two, a zero,
    /// ECN.
    static func remarked(_ byte: UInt8, _ levels: UInt32) -> UInt8 {
        let (group, precedence) = (byte >> 5, byte >> 3 & 3)
        guard group >= 1, group <= 4, precedence >= 1, byte & 4 == 0 else { return byte }
        let raised = UInt8(truncatingIfNeeded: min(UInt32(precedence) &+ min(levels, 3), 3))
        return byte & ~0x18 | raised << 3
    }
}
