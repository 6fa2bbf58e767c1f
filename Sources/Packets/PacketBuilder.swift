/// Builds frames from the outside in, for tests and for packets that control sends.
///
/// ```swift
/// let frame = PacketBuilder(source: a, destination: b).vlan(10).ipv4(from: x, to: y).udp(from: 1, to: 2).bytes()
/// ```
/// Each step returns a longer builder; lengths, checksums and the type of the layer below are filled in by
/// ``bytes(minimum:)``.
public struct PacketBuilder: Sendable {
    /// A header, of which later steps fill in parts.
    enum Layer: Sendable {
        case ethernet(header: [UInt8])
        case vlan(tpid: UInt16, tci: UInt16)
        case mpls(entry: UInt32)
        case ipv4(source: IPv4Address, destination: IPv4Address, header: [UInt8])
        case ipv6(source: IPv6Address, destination: IPv6Address, header: [UInt8])
        /// An IPv6 extension header; its first byte is the number of the next.
        case extensionHeader(number: UInt8, header: [UInt8])
        /// A transport header with the offset of its checksum, if it has one.
        case transport(number: UInt8, header: [UInt8], checksum: Int?)
        /// Anything with an EtherType of its own.
        case plain(type: UInt16, body: [UInt8])
    }

    private(set) var layers: [Layer]
    private var payload: [UInt8] = []
    private var explicitType: UInt16?

    /// An Ethernet header; `type` only where no further layer says it.
    public init(source: MACAddress, destination: MACAddress, type: UInt16? = nil) {
        layers = [.ethernet(header: (0..<6).map { destination[$0] } + (0..<6).map { source[$0] })]
        explicitType = type
    }

    private func adding(_ layer: Layer) -> PacketBuilder {
        var copy = self
        copy.layers.append(layer)
        return copy
    }

    /// An IEEE 802.1Q tag, inside of those there are.
    public func vlan(_ vid: UInt16, priority: UInt16 = 0, tpid: UInt16 = EtherType.vlan) -> PacketBuilder {
        adding(.vlan(tpid: tpid, tci: priority << 13 | vid & 0xfff))
    }

    /// An MPLS label stack entry; the last one is marked as the bottom.
    public func mpls(label: UInt32, ttl: UInt8 = 64) -> PacketBuilder {
        adding(.mpls(entry: label << 12 | UInt32(ttl)))
    }

    /// An Ethernet ARP message (RFC 826); operation 1 asks, 2 answers.
    public func arp(
        operation: UInt16, senderHardware: MACAddress, sender: IPv4Address, targetHardware: MACAddress = .zero,
        target: IPv4Address, type: UInt16 = EtherType.arp
    ) -> PacketBuilder {
        var body: [UInt8] = [0, 1, 8, 0, 6, 4] + Self.bytes(operation)
        body += (0..<6).map { senderHardware[$0] } + Self.bytes(sender.number)
        body += (0..<6).map { targetHardware[$0] } + Self.bytes(target.number)
        return adding(.plain(type: type, body: body))
    }

    /// An IPv4 header. `fragment` is the field of flags and offset; `options` a multiple of four bytes, at most 40.
    public func ipv4(
        from source: IPv4Address, to destination: IPv4Address, ttl: UInt8 = 64, tos: UInt8 = 0, fragment: UInt16 = 0,
        proto: UInt8 = 0, options: [UInt8] = []
    ) -> PacketBuilder {
        var header: [UInt8] = [0x40 | UInt8(truncatingIfNeeded: 5 + options.count / 4), tos, 0, 0, 0, 0]
        header +=
            Self.bytes(fragment) + [ttl, proto, 0, 0] + Self.bytes(source.number) + Self.bytes(destination.number)
        return adding(.ipv4(source: source, destination: destination, header: header + options))
    }

    /// An IPv6 header.
    public func ipv6(
        from source: IPv6Address, to destination: IPv6Address, hopLimit: UInt8 = 64, trafficClass: UInt8 = 0,
        label: UInt32 = 0, next: UInt8 = 59
    ) -> PacketBuilder {
        var header = Self.bytes(6 << 28 | UInt32(trafficClass) << 20 | label & 0xf_ffff) + [0, 0, next, hopLimit]
        for half in [source.high, source.low, destination.high, destination.low] {
            header += Self.bytes(UInt32(half >> 32)) + Self.bytes(UInt32(truncatingIfNeeded: half))
        }
        return adding(.ipv6(source: source, destination: destination, header: header))
    }

    /// An IPv6 extension header whose bytes begin with the number of the next, which is filled in.
    public func extensionHeader(_ number: UInt8, _ bytes: [UInt8]) -> PacketBuilder {
        adding(.extensionHeader(number: number, header: bytes))
    }

    /// Anything with an EtherType of its own, which nothing follows.
    public func plain(type: UInt16, _ body: [UInt8]) -> PacketBuilder { adding(.plain(type: type, body: body)) }

    public func udp(from source: UInt16, to destination: UInt16) -> PacketBuilder {
        adding(
            .transport(
                number: IPProtocol.udp, header: Self.bytes(source) + Self.bytes(destination) + [0, 0, 0, 0], checksum: 6
            ))
    }

    /// A TCP header without options; `flags` the low 12 bits of its thirteenth and fourteenth byte.
    public func tcp(
        from source: UInt16, to destination: UInt16, flags: UInt16 = 2, sequence: UInt32 = 0
    ) -> PacketBuilder {
        var header = Self.bytes(source) + Self.bytes(destination) + Self.bytes(sequence) + [0, 0, 0, 0]
        header += Self.bytes(0x5000 | flags & 0xfff) + [0xff, 0xff, 0, 0, 0, 0]
        return adding(.transport(number: IPProtocol.tcp, header: header, checksum: 16))
    }

    /// An SCTP common header, without a checksum.
    public func sctp(from source: UInt16, to destination: UInt16) -> PacketBuilder {
        adding(
            .transport(
                number: IPProtocol.sctp,
                header: Self.bytes(source) + Self.bytes(destination) + [UInt8](repeating: 0, count: 8),
                checksum: nil))
    }

    /// An ICMP header (RFC 792); echo request by default.
    public func icmp(type: UInt8 = 8, code: UInt8 = 0, rest: UInt32 = 0) -> PacketBuilder {
        adding(.transport(number: IPProtocol.icmp, header: [type, code, 0, 0] + Self.bytes(rest), checksum: 2))
    }

    /// An IGMP header; the last four bytes are the group.
    public func igmp(type: UInt8, group: IPv4Address) -> PacketBuilder {
        adding(.transport(number: IPProtocol.igmp, header: [type, 0, 0, 0] + Self.bytes(group.number), checksum: 2))
    }

    /// An ICMPv6 header (RFC 4443) and whatever belongs to it.
    public func icmpv6(type: UInt8, code: UInt8 = 0, rest: UInt32 = 0, body: [UInt8] = []) -> PacketBuilder {
        adding(
            .transport(
                number: IPProtocol.icmpv6, header: [type, code, 0, 0] + Self.bytes(rest) + body, checksum: 2))
    }

    /// What follows all headers.
    public func payload(_ bytes: [UInt8]) -> PacketBuilder {
        var copy = self
        copy.payload = bytes
        return copy
    }

    /// The frame, without its check sequence; padded with zeros up to `minimum` bytes.
    public func bytes(minimum: Int = 0) -> [UInt8] {
        var frame = payload
        var type = explicitType
        var number: UInt8?  // of the layer just written, for the IP header in front of it
        var isBottom = true
        for index in layers.indices.reversed() {
            switch layers[index] {
            case .transport(let own, var header, let checksum):
                if own == IPProtocol.udp { Self.put(UInt16(truncatingIfNeeded: 8 + frame.count), in: &header, at: 4) }
                frame = header + frame
                if let checksum { fillChecksum(&frame, at: checksum, of: own, below: index) }
                number = own
            case .extensionHeader(let own, var header):
                if let number, !header.isEmpty { header[0] = number }
                frame = header + frame
                number = own
            case .ipv4(_, _, var header):
                if let number { header[9] = number }
                Self.put(UInt16(truncatingIfNeeded: header.count + frame.count), in: &header, at: 2)
                Self.put(header.withUnsafeBytes { InternetChecksum.of($0) }, in: &header, at: 10)
                frame = header + frame
                type = EtherType.ipv4
            case .ipv6(_, _, var header):
                if let number { header[6] = number }
                Self.put(UInt16(truncatingIfNeeded: frame.count), in: &header, at: 4)
                frame = header + frame
                type = EtherType.ipv6
            case .mpls(let entry):
                frame = Self.bytes(isBottom ? entry | 0x100 : entry) + frame
                isBottom = false
                type = EtherType.mplsUnicast
            case .vlan(let tpid, let tci):
                frame = Self.bytes(tci) + Self.bytes(type ?? EtherType.none) + frame
                type = tpid
            case .plain(let own, let body):
                frame = body + frame
                type = own
            case .ethernet(let header):
                frame = header + Self.bytes(type ?? EtherType.none) + frame
            }
        }
        return frame + [UInt8](repeating: 0, count: max(0, minimum - frame.count))
    }

    /// Sums a transport header with its payload, and the pseudo-header where the protocol has one.
    private func fillChecksum(_ segment: inout [UInt8], at offset: Int, of number: UInt8, below index: Int) {
        var sum: UInt64 = 0
        if number == IPProtocol.tcp || number == IPProtocol.udp || number == IPProtocol.icmpv6 {
            for layer in layers[..<index].reversed() {
                if case .ipv4(let source, let destination, _) = layer {
                    sum = InternetChecksum.pseudoHeader(
                        source: source, destination: destination, protocol: number, length: segment.count)
                    break
                }
                if case .ipv6(let source, let destination, _) = layer {
                    sum = InternetChecksum.pseudoHeader(
                        source: source, destination: destination, protocol: number, length: segment.count)
                    break
                }
            }
        }
        let value = segment.withUnsafeBytes { InternetChecksum.finish(InternetChecksum.partial($0, sum: sum)) }
        // UDP says "no checksum" with 0, so a computed 0 is sent as its other form.
        Self.put(number == IPProtocol.udp && value == 0 ? 0xffff : value, in: &segment, at: offset)
    }

    private static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        bytes(UInt16(number >> 16)) + bytes(UInt16(truncatingIfNeeded: number))
    }

    private static func put(_ number: UInt16, in bytes: inout [UInt8], at offset: Int) {
        bytes[offset] = UInt8(number >> 8)
        bytes[offset + 1] = UInt8(number & 0xff)
    }
}
