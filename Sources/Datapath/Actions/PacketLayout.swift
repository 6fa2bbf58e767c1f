import CDPDK
import Packets

/// Where a packet's headers lie, in bytes from its start; found as ``FlowKeyExtractor`` finds them, so that what a flow
/// matched is what its program changes.
///
/// Everything that it says is there lies within the first buffer.
struct PacketLayout {
    /// Where the innermost EtherType stands.
    var typeOffset: Int
    /// What it says, in host order.
    var type: UInt16
    /// What follows the EtherType (or an LLC and SNAP header).
    var network: Int
    /// Bytes in the first buffer.
    var end: Int
    /// IP: where the upper layer's header begins; 0 if there is none to be found.
    var transport = 0
    /// IP: how many bytes belong to it, some of which may lie in further buffers.
    var transportLength = 0
    /// IP: the upper layer's number, and where it stands.
    var proto: UInt8 = 0
    var protoOffset = 0
    /// IPv6: a routing header that is not used up; the destination is not the one that checksums count.
    var isRouted = false
    /// IP: a fragment, of which a sum over the whole cannot be computed.
    var isFragment = false

    /// Reads layer 2; the packet holds at least 14 bytes. nil if it ends inside a tag.
    @inline(__always)
    init?(_ mbuf: Mbuf) {
        let frame = UnsafeRawPointer(mbuf.frame)
        end = Int(mbuf.pointee.data_len)
        typeOffset = 12
        guard end >= 14 else { return nil }
        type = Self.u16(frame, 12)
        var tags = 0
        while tags < 2, EtherType.isVLAN(type) {
            guard end >= typeOffset &+ 6 else { return nil }
            typeOffset &+= 4
            type = Self.u16(frame, typeOffset)
            tags &+= 1
        }
        network = typeOffset &+ 2
        if type < EtherType.smallest { readLLC(frame) }
    }

    private mutating func readLLC(_ frame: UnsafeRawPointer) {
        type = EtherType.none
        guard end &- network >= 8, Self.u16(frame, network) == 0xaaaa, Self.u32(frame, network &+ 2) == 0x0300_0000
        else {
            return
        }
        let inner = Self.u16(frame, network &+ 6)
        guard inner >= EtherType.smallest else { return }
        type = inner
        typeOffset = network &+ 6
        network &+= 8
    }

    /// Reads an IPv4 header; false if there is none.
    @inline(__always)
    mutating func readIPv4(_ mbuf: Mbuf) -> Bool {
        let frame = UnsafeRawPointer(mbuf.frame)
        guard type == EtherType.ipv4, end &- network >= 20 else { return false }
        let header = Int(Self.u8(frame, network) & 15) &* 4
        let total = Int(Self.u16(frame, network &+ 2))
        guard header >= 20, total >= header, total <= Int(mbuf.pointee.pkt_len) &- network else { return false }
        protoOffset = network &+ 9
        proto = Self.u8(frame, protoOffset)
        let fragment = Self.u16(frame, network &+ 6)
        isFragment = fragment & 0x3fff != 0
        if fragment & 0x1fff == 0 {
            transport = network &+ header
            transportLength = total &- header
        }
        return true
    }

    /// Reads an IPv6 header and the extension headers behind it; false if there is none.
    mutating func readIPv6(_ mbuf: Mbuf) -> Bool {
        let frame = UnsafeRawPointer(mbuf.frame)
        guard type == EtherType.ipv6, end &- network >= 40 else { return false }
        let payload = Int(Self.u16(frame, network &+ 4))
        guard payload <= Int(mbuf.pointee.pkt_len) &- network &- 40 else { return false }
        let last = network &+ 40 &+ payload
        var place = network &+ 40
        protoOffset = network &+ 6
        proto = Self.u8(frame, protoOffset)
        while true {
            switch proto {
            case IPProtocol.hopByHop, IPProtocol.routing, IPProtocol.destinationOptions, IPProtocol.authentication:
                guard min(end, last) &- place >= 8 else { return false }
                let units = Int(Self.u8(frame, place &+ 1))
                let length = proto == IPProtocol.authentication ? (units &+ 2) &* 4 : (units &+ 1) &* 8
                guard min(end, last) &- place >= length else { return false }
                if proto == IPProtocol.routing, Self.u8(frame, place &+ 3) != 0 { isRouted = true }
                protoOffset = place
                proto = Self.u8(frame, place)
                place &+= length
            case IPProtocol.fragment:
                guard min(end, last) &- place >= 8 else { return false }
                let offset = Self.u16(frame, place &+ 2)
                if offset & 0xfff9 != 0 { isFragment = true }
                if offset & 0xfff8 != 0 { return true }
                protoOffset = place
                proto = Self.u8(frame, place)
                place &+= 8
            default:
                transport = place
                transportLength = last &- place
                return true
            }
        }
    }

    /// Reads whichever IP header there is.
    @inline(__always)
    mutating func readIP(_ mbuf: Mbuf) -> Bool { type == EtherType.ipv6 ? readIPv6(mbuf) : readIPv4(mbuf) }

    /// Whether there are so many bytes of the upper layer's header, both in the datagram and in the first buffer.
    @inline(__always)
    func hasTransport(_ bytes: Int) -> Bool {
        transport > 0 && transportLength >= bytes && end &- transport >= bytes
    }

    @inline(__always)
    static func u8(_ frame: UnsafeRawPointer, _ offset: Int) -> UInt8 {
        frame.load(fromByteOffset: offset, as: UInt8.self)
    }

    @inline(__always)
    static func u16(_ frame: UnsafeRawPointer, _ offset: Int) -> UInt16 {
        frame.loadUnaligned(fromByteOffset: offset, as: UInt16.self).byteSwapped
    }

    @inline(__always)
    static func u32(_ frame: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        frame.loadUnaligned(fromByteOffset: offset, as: UInt32.self).byteSwapped
    }
}
