/// Makes a frame of which a key could have been read: what tests and `ofproto/trace` send for a flow they name.
///
/// Headers hold what the key says and zero where it says nothing; lengths and checksums are right. A key of a fragment
/// that is not the first has no layer 4.
public struct FlowFrame: Sendable {
    private let key: FlowKey
    private let payload: [UInt8]

    /// - Parameter payload: what follows a TCP, UDP or ICMP echo header.
    private init(_ key: FlowKey, payload: [UInt8]) {
        self.key = key
        self.payload = payload
    }

    /// The bytes 0, 1, 2 … that stand behind headers where nobody asks for others.
    public static func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }

    /// The frame, with `payload` in it.
    public static func bytes(_ key: FlowKey, payload: [UInt8] = pattern(64)) -> [UInt8] {
        FlowFrame(key, payload: payload).frame()
    }

    /// The frame filled up to exactly `length` bytes; nil when its headers are longer.
    public static func bytes(_ key: FlowKey, length: Int) -> [UInt8]? {
        let bare = bytes(key, payload: [])
        guard bare.count <= length else { return nil }
        let filled = bytes(key, payload: [UInt8](repeating: 0, count: length - bare.count))
        // Without room for a payload in a header of its own, it trails.
        return filled + [UInt8](repeating: 0, count: length - filled.count)
    }

    private func field(_ offset: Int, _ count: Int) -> [UInt8] { (0..<count).map { key.u8(offset + $0) } }

    private func frame() -> [UInt8] {
        let type = key.u16(FlowField.ethernetType)
        let inside = network(type)
        var head = field(FlowField.ethernetDestination, 6) + field(FlowField.ethernetSource, 6)
        for tag in [FlowField.outerTPID, FlowField.innerTPID] {
            let tci = key.u16(tag + 2)
            guard tci & FlowField.vlanPresent != 0 else { continue }
            let tpid = key.u16(tag)
            head += Self.bytes(tpid == 0 ? EtherType.vlan : tpid) + Self.bytes(tci & ~FlowField.vlanPresent)
        }
        if type == EtherType.none {
            // IEEE 802.3: a length stands in the place of the type.
            return head + Self.bytes(UInt16(truncatingIfNeeded: inside.count)) + inside
        }
        return head + Self.bytes(type) + inside
    }

    private func network(_ type: UInt16) -> [UInt8] {
        switch type {
        case EtherType.ipv4: ipv4()
        case EtherType.ipv6: ipv6()
        case EtherType.arp, 0x8035: arp()
        case 0x8847, 0x8848: labels()
        default: []
        }
    }

    private func ipv4() -> [UInt8] {
        let fragment = key.u8(FlowField.networkFragment)
        var offset: UInt16 = 0
        if fragment & FlowField.fragmentAny != 0 {
            offset = 0x2000
            if fragment & FlowField.fragmentLater != 0 { offset |= 100 }
        }
        let addresses = field(FlowField.ipv4Source, 4) + field(FlowField.ipv4Destination, 4)
        let number = key.u8(FlowField.networkProtocol)
        let rest = transport(number, isLater: offset & 0x1fff != 0, addresses, isIPv6: false)
        var header: [UInt8] =
            [0x45, key.u8(FlowField.networkTOS)] + Self.bytes(UInt16(truncatingIfNeeded: rest.count + 20))
        header += [0, 0] + Self.bytes(offset) + [key.u8(FlowField.networkTTL), number, 0, 0] + addresses
        Self.put(Self.checksum(header), in: &header, at: 10)
        return header + rest
    }

    private func ipv6() -> [UInt8] {
        let fragment = key.u8(FlowField.networkFragment)
        let isFragment = fragment & FlowField.fragmentAny != 0
        let isLater = isFragment && fragment & FlowField.fragmentLater != 0
        let addresses = field(FlowField.ipv6Source, 16) + field(FlowField.ipv6Destination, 16)
        let number = key.u8(FlowField.networkProtocol)
        var rest = transport(number, isLater: isLater, addresses, isIPv6: true)
        if isFragment { rest = [number, 0] + Self.bytes(UInt16(isLater ? 100 << 3 | 1 : 1)) + [0, 0, 0, 0] + rest }
        let tos = UInt32(key.u8(FlowField.networkTOS))
        let first = 6 << 28 | tos << 20 | key.u32(FlowField.ipv6Label) & 0xf_ffff
        var header = Self.bytes(UInt16(truncatingIfNeeded: first >> 16)) + Self.bytes(UInt16(truncatingIfNeeded: first))
        header += Self.bytes(UInt16(truncatingIfNeeded: rest.count))
        return header + [isFragment ? 44 : number, key.u8(FlowField.networkTTL)] + addresses + rest
    }

    private func transport(_ number: UInt8, isLater: Bool, _ addresses: [UInt8], isIPv6: Bool) -> [UInt8] {
        if isLater { return [] }
        let ports = field(FlowField.transportSource, 4)
        var segment: [UInt8]
        let checksumOffset: Int
        switch number {
        case IPProtocol.tcp:
            let flags = key.u16(FlowField.tcpFlags)
            segment = ports + [UInt8](repeating: 0, count: 8) + Self.bytes(0x5000 | flags & 0x0fff) + [0, 0, 0, 0, 0, 0]
            // A segment that opens or ends a connection carries nothing.
            if flags & 7 == 0 { segment += payload }
            checksumOffset = 16
        case IPProtocol.udp:
            segment = ports + Self.bytes(UInt16(truncatingIfNeeded: payload.count + 8)) + [0, 0] + payload
            checksumOffset = 6
        case IPProtocol.sctp:
            return ports + [UInt8](repeating: 0, count: 8)
        case IPProtocol.icmp where !isIPv6, IPProtocol.igmp where !isIPv6, IPProtocol.icmpv6 where isIPv6:
            segment = messages(number)
            checksumOffset = 2
        default: return []
        }
        var sum: UInt64 = 0
        if number != IPProtocol.icmp, number != IPProtocol.igmp {
            sum = addresses.withUnsafeBytes { InternetChecksum.partial($0) } + UInt64(number) + UInt64(segment.count)
        }
        var checksum = Self.checksum(segment, sum)
        if number == IPProtocol.udp, checksum == 0 { checksum = 0xffff }
        Self.put(checksum, in: &segment, at: checksumOffset)
        return segment
    }

    /// ICMP, IGMP and ICMPv6.
    private func messages(_ number: UInt8) -> [UInt8] {
        let type = key.u8(FlowField.transportSource + 1)
        let code = key.u8(FlowField.transportDestination + 1)
        let plain: [UInt8] = [type, code, 0, 0, 0, 0, 0, 0]
        guard code == 0 else { return plain }
        switch (number, type) {
        case (IPProtocol.icmp, 0), (IPProtocol.icmp, 8), (IPProtocol.icmpv6, 128), (IPProtocol.icmpv6, 129):
            return plain + payload
        case (IPProtocol.icmpv6, 135), (IPProtocol.icmpv6, 136):
            var message = plain[..<4] + field(FlowField.ndReserved, 4) + field(FlowField.ndTarget, 16)
            for (option, offset) in [(1, FlowField.arpSourceHardware), (2, FlowField.arpTargetHardware)] {
                let address = field(offset, 6)
                if address.contains(where: { $0 != 0 }) { message += [UInt8(option), 1] + address }
            }
            return Array(message)
        default: return plain
        }
    }

    private func arp() -> [UInt8] {
        [0, 1, 8, 0, 6, 4, 0, key.u8(FlowField.networkProtocol)]
            + field(FlowField.arpSourceHardware, 6) + field(FlowField.ipv4Source, 4)
            + field(FlowField.arpTargetHardware, 6) + field(FlowField.ipv4Destination, 4)
    }

    /// The label stack down to its bottom, or as far as the key goes.
    private func labels() -> [UInt8] {
        var stack: [UInt8] = []
        for offset in [FlowField.mplsEntry0, FlowField.mplsEntry1, FlowField.mplsEntry2] {
            let entry = field(offset, 4)
            if offset != FlowField.mplsEntry0, !entry.contains(where: { $0 != 0 }) { break }
            stack += entry
            if entry[2] & 1 != 0 { break }
        }
        return stack
    }

    private static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }

    private static func put(_ number: UInt16, in bytes: inout [UInt8], at offset: Int) {
        bytes[offset] = UInt8(number >> 8)
        bytes[offset + 1] = UInt8(number & 0xff)
    }

    private static func checksum(_ bytes: [UInt8], _ sum: UInt64 = 0) -> UInt16 {
        bytes.withUnsafeBytes { InternetChecksum.finish(InternetChecksum.partial($0, sum: sum)) }
    }
}
