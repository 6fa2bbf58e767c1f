import CDPDK
import Packets

/// The time to live of a label stack's outer entry, and of what is next behind it: an entry, or an IP header behind the
/// last one (RFC 3443). The packet is not shared.
enum TTLCopy {
    /// Where both numbers stand, and the checksum that counts the inner one.
    private struct Places {
        var outer: Int
        var inner: Int
        /// 0 if there is none.
        var checksum = 0

        /// nil unless the packet has both.
        @inline(__always)
        init?(_ mbuf: Mbuf) {
            guard let layout = PacketLayout(mbuf), EtherType.isMPLS(layout.type) else { return nil }
            let frame = UnsafeRawPointer(mbuf.frame)
            let behind = layout.network &+ MPLSLabel.byteCount
            let left = layout.end &- behind
            guard left > 0 else { return nil }
            outer = layout.network &+ 3
            if PacketLayout.u8(frame, layout.network &+ 2) & 1 == 0 {
                guard left >= MPLSLabel.byteCount else { return nil }
                inner = behind &+ 3
                return
            }
            // Labels do not tell what is behind them; IP's version does (RFC 4928).
            let version = PacketLayout.u8(frame, behind)
            if version >> 4 == 4, version & 15 >= 5, left >= 20 {
                inner = behind &+ 8
                checksum = behind &+ 10
            } else if version >> 4 == 6, left >= 40 {
                inner = behind &+ 7
            } else {
                return nil
            }
        }
    }

    static func outwards(_ mbuf: Mbuf) {
        guard let places = Places(mbuf) else { return }
        let frame = UnsafeMutableRawPointer(mbuf.frame)
        frame.storeBytes(of: PacketLayout.u8(frame, places.inner), toByteOffset: places.outer, as: UInt8.self)
    }

    static func inwards(_ mbuf: Mbuf) {
        guard let places = Places(mbuf) else { return }
        let frame = UnsafeMutableRawPointer(mbuf.frame)
        let old = PacketLayout.u8(frame, places.inner)
        let new = PacketLayout.u8(frame, places.outer)
        frame.storeBytes(of: new, toByteOffset: places.inner, as: UInt8.self)
        guard places.checksum != 0 else { return }
        // The first byte of a word of the header.
        var delta = ChecksumDelta()
        delta.add(from: UInt64(old), to: UInt64(new))
        if !delta.isEmpty { delta.apply(at: frame + places.checksum) }
    }
}
