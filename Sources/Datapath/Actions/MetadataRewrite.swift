import CDPDK

/// Changes to `pkt_mark` and `skb_priority`.
enum MetadataRewrite {
    /// Changes the bits of the one piece.
    @inline(__always)
    static func set(_ mbuf: Mbuf, _ piece: HeaderPiece.List, isMark: Bool) {
        let kept = ~UInt32(truncatingIfNeeded: piece.pointee.mask)
        let value = UInt32(truncatingIfNeeded: piece.pointee.value)
        if isMark {
            PacketMetadata.setMark(mbuf, PacketMetadata.mark(mbuf) & kept | value)
        } else {
            PacketMetadata.setPriority(mbuf, PacketMetadata.priority(mbuf) & kept | value)
        }
    }
}
