import CDPDK
import Packets

/// Changes to IPv4 and IPv6 headers, and to the checksums behind them that count addresses. The packet is not shared.
enum IPRewrite {
    @inline(__always)
    static func setIPv4(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard var layout = PacketLayout(mbuf), layout.readIPv4(mbuf) else { return }
        let header = UnsafeMutableRawPointer(mbuf.frame) + layout.network
        var addresses = ChecksumDelta()
        var all = ChecksumDelta()
        for index in 0..<count {
            if pieces[index].role == .address {
                var both = ChecksumDelta()
                pieces[index].apply(header, &both)
                addresses.add(both)
                all.add(both)
            } else {
                pieces[index].apply(header, &all)
            }
        }
        if !all.isEmpty { all.apply(at: header + 10) }
        if !addresses.isEmpty { updateTransport(mbuf, layout, addresses) }
    }

    static func setIPv6(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard var layout = PacketLayout(mbuf), layout.readIPv6(mbuf) else { return }
        let frame = UnsafeMutableRawPointer(mbuf.frame)
        var addresses = ChecksumDelta()
        var ignored = ChecksumDelta()
        for index in 0..<count {
            switch pieces[index].role {
            case .address: pieces[index].apply(frame + layout.network, &addresses)
            case .destination where !layout.isRouted: pieces[index].apply(frame + layout.network, &addresses)
            case .proto:
                // The second byte of a word of the pseudo-header. The checksum stays where the protocol there was has
                // it.
                let place = frame + layout.protoOffset
                let old = place.load(as: UInt8.self)
                pieces[index].apply(place, &ignored)
                addresses.add(from: UInt64(old) << 8, to: UInt64(place.load(as: UInt8.self)) << 8)
            default: pieces[index].apply(frame + layout.network, &ignored)
            }
        }
        if !addresses.isEmpty { updateTransport(mbuf, layout, addresses) }
    }

    /// What the upper layer's pseudo-header counts has changed (RFC 9293, RFC 768, RFC 8200 section 8.1). Only the
    /// first fragment of a datagram has the checksum.
    @inline(__always)
    private static func updateTransport(_ mbuf: Mbuf, _ layout: PacketLayout, _ delta: ChecksumDelta) {
        let transport = UnsafeMutableRawPointer(mbuf.frame) + layout.transport
        switch layout.proto {
        case IPProtocol.tcp where layout.hasTransport(20): delta.apply(at: transport + 16)
        case IPProtocol.udp where layout.hasTransport(8): delta.applyToUDP(at: transport + 6)
        case IPProtocol.icmpv6 where layout.type == EtherType.ipv6 && layout.hasTransport(4):
            delta.apply(at: transport + 2)
        default: break
        }
    }
}
