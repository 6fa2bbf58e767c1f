import CDPDK
import Packets

/// Changes to Ethernet, ARP and MPLS headers, which no checksum covers. The packet is not shared and holds 14 bytes.
enum LinkRewrite {
    @inline(__always)
    static func setEthernet(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        var ignored = ChecksumDelta()
        let frame = UnsafeMutableRawPointer(mbuf.frame)
        for index in 0..<count {
            if pieces[index].role == .type {
                guard let layout = PacketLayout(mbuf) else { continue }
                pieces[index].apply(frame + layout.typeOffset, &ignored)
            } else {
                pieces[index].apply(frame, &ignored)
            }
        }
    }

    /// An ARP or RARP message for Ethernet and IPv4.
    static func setARP(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard let layout = PacketLayout(mbuf), layout.type == EtherType.arp || layout.type == EtherType.rarp else {
            return
        }
        let frame = UnsafeMutableRawPointer(mbuf.frame)
        guard layout.end &- layout.network >= 28, PacketLayout.u32(frame, layout.network) == 0x0001_0800,
            PacketLayout.u16(frame, layout.network &+ 4) == 0x0604
        else { return }
        var ignored = ChecksumDelta()
        for index in 0..<count { pieces[index].apply(frame + layout.network, &ignored) }
    }

    /// The outermost label stack entry.
    @inline(__always)
    static func setMPLS(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard let layout = PacketLayout(mbuf), EtherType.isMPLS(layout.type), layout.end &- layout.network >= 4 else {
            return
        }
        var ignored = ChecksumDelta()
        for index in 0..<count { pieces[index].apply(UnsafeMutableRawPointer(mbuf.frame) + layout.network, &ignored) }
    }

    /// The instance tag of a backbone header.
    static func setPBB(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard let layout = PacketLayout(mbuf), layout.type == EtherType.pbb, layout.end &- layout.network >= 4 else {
            return
        }
        var ignored = ChecksumDelta()
        for index in 0..<count { pieces[index].apply(UnsafeMutableRawPointer(mbuf.frame) + layout.network, &ignored) }
    }
}
