import CDPDK
import Packets

/// Changes to ports, TCP flags, ICMP types and neighbour discovery messages, with their checksums. The packet is not
/// shared.
enum TransportRewrite {
    /// The layout of an IP packet whose upper layer is `proto` with a header of `bytes` bytes; nil if it is not.
    @inline(__always)
    private static func layout(_ mbuf: Mbuf, _ proto: UInt8, _ bytes: Int) -> PacketLayout? {
        guard var layout = PacketLayout(mbuf), layout.readIP(mbuf), layout.proto == proto, layout.hasTransport(bytes)
        else {
            return nil
        }
        return layout
    }

    @inline(__always)
    private static func apply(
        _ pieces: HeaderPiece.List, _ count: Int, to start: UnsafeMutableRawPointer
    ) -> ChecksumDelta {
        var delta = ChecksumDelta()
        for index in 0..<count { pieces[index].apply(start, &delta) }
        return delta
    }

    @inline(__always)
    static func setTCP(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard let layout = layout(mbuf, IPProtocol.tcp, 20) else { return }
        let header = UnsafeMutableRawPointer(mbuf.frame) + layout.transport
        let delta = apply(pieces, count, to: header)
        if !delta.isEmpty { delta.apply(at: header + 16) }
    }

    @inline(__always)
    static func setUDP(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard let layout = layout(mbuf, IPProtocol.udp, 8) else { return }
        let header = UnsafeMutableRawPointer(mbuf.frame) + layout.transport
        let delta = apply(pieces, count, to: header)
        if !delta.isEmpty { delta.applyToUDP(at: header + 6) }
    }

    static func setSCTP(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard let layout = layout(mbuf, IPProtocol.sctp, 12) else { return }
        let header = UnsafeMutableRawPointer(mbuf.frame) + layout.transport
        let before = header.loadUnaligned(as: UInt32.self)
        _ = apply(pieces, count, to: header)
        let difference = before ^ header.loadUnaligned(as: UInt32.self)
        // The sum over a datagram in fragments ends where nobody here knows.
        guard difference != 0, !layout.isFragment else { return }
        let sum = header.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
        header.storeBytes(
            of: sum ^ SCTPChecksum.change(difference, length: layout.transportLength), toByteOffset: 8, as: UInt32.self)
    }

    static func setICMP(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int, isIPv6: Bool) {
        guard let layout = layout(mbuf, isIPv6 ? IPProtocol.icmpv6 : IPProtocol.icmp, 8),
            layout.type == (isIPv6 ? EtherType.ipv6 : EtherType.ipv4)
        else { return }
        let header = UnsafeMutableRawPointer(mbuf.frame) + layout.transport
        let delta = apply(pieces, count, to: header)
        if !delta.isEmpty { delta.apply(at: header + 2) }
    }

    /// Target and link-layer address options of a neighbour solicitation or advertisement (RFC 4861).
    static func setNeighbourDiscovery(_ mbuf: Mbuf, _ pieces: HeaderPiece.List, _ count: Int) {
        guard let layout = layout(mbuf, IPProtocol.icmpv6, 24), layout.type == EtherType.ipv6 else { return }
        let header = UnsafeMutableRawPointer(mbuf.frame) + layout.transport
        let kind = header.load(as: UInt8.self)
        guard kind == 135 || kind == 136, header.load(fromByteOffset: 1, as: UInt8.self) == 0 else { return }
        let end = min(layout.transportLength, layout.end &- layout.transport)
        var delta = ChecksumDelta()
        for index in 0..<count {
            switch pieces[index].role {
            case .sourceOption:
                if let place = option(1, header, end) { pieces[index].apply(header + place, &delta) }
            case .targetOption:
                if let place = option(2, header, end) { pieces[index].apply(header + place, &delta) }
            case .firstOption:
                if let place = option(nil, header, end) { pieces[index].apply(header + place, &delta) }
            default: pieces[index].apply(header, &delta)
            }
        }
        if !delta.isEmpty { delta.apply(at: header + 2) }
    }

    /// Where the option of eight bytes begins, with this number or with 1 or 2; nil if there is none.
    private static func option(_ number: UInt8?, _ header: UnsafeMutableRawPointer, _ end: Int) -> Int? {
        var place = 24
        while end &- place >= 8 {
            let length = Int(header.load(fromByteOffset: place &+ 1, as: UInt8.self)) &* 8
            if length == 0 || length > end &- place { return nil }
            let kind = header.load(fromByteOffset: place, as: UInt8.self)
            if length == 8, number.map({ kind == $0 }) ?? (kind == 1 || kind == 2) { return place }
            place &+= length
        }
        return nil
    }
}
