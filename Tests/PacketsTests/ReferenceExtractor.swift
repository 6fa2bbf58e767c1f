import Packets

/// A second extractor, written for plainness: byte arrays with checked access and the key's setters.
struct ReferenceExtractor {
    var bytes: ArraySlice<UInt8>
    var key = FlowKey()

    /// nil where the frame is malformed.
    static func extract(_ frame: [UInt8], inPort: UInt32) -> FlowKey? {
        var extractor = ReferenceExtractor(bytes: frame[...])
        return extractor.frame(inPort) ? extractor.key : nil
    }

    private func u8(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }
    private func u16(_ offset: Int) -> UInt16 { UInt16(u8(offset)) << 8 | UInt16(u8(offset + 1)) }
    private func u32(_ offset: Int) -> UInt32 { UInt32(u16(offset)) << 16 | UInt32(u16(offset + 2)) }
    private func mac(_ at: Int) -> MACAddress {
        MACAddress(u8(at), u8(at + 1), u8(at + 2), u8(at + 3), u8(at + 4), u8(at + 5))
    }

    private mutating func copy(_ offset: Int, _ count: Int, to field: Int) {
        for index in 0..<count { key.setU8(field + index, u8(offset + index)) }
    }

    private mutating func frame(_ inPort: UInt32) -> Bool {
        guard bytes.count >= 14 else { return false }
        key.setHost32(FlowField.inPort, inPort)
        key.setMAC(FlowField.ethernetDestination, mac(0))
        key.setMAC(FlowField.ethernetSource, mac(6))
        bytes = bytes.dropFirst(12)
        for tag in 0..<2 where [0x8100, 0x88a8].contains(u16(0)) {
            // `where` asks again for the second tag, at its place.
            guard bytes.count >= 6 else { return false }
            key.setU16(FlowField.outerTPID + tag * 4, u16(0))
            key.setU16(FlowField.outerTCI + tag * 4, u16(2) | 0x1000)
            bytes = bytes.dropFirst(4)
        }
        var type = u16(0)
        bytes = bytes.dropFirst(2)
        if type < 0x600 {
            type = 0x5ff
            if bytes.count >= 8, Array(bytes.prefix(6)) == [0xaa, 0xaa, 3, 0, 0, 0], u16(6) >= 0x600 {
                type = u16(6)
                bytes = bytes.dropFirst(8)
            }
        }
        key.setU16(FlowField.ethernetType, type)
        switch type {
        case 0x0800: ipv4()
        case 0x86dd: ipv6()
        case 0x0806, 0x8035: arp()
        case 0x88e7:
            guard bytes.count >= 4 else { break }
            key.setU8(FlowField.useCustomerAddress, u8(0) & 8 == 0 ? 0 : 1)
            copy(1, 3, to: FlowField.serviceInstance)
        case 0x8847, 0x8848:
            for index in 0..<3 where bytes.count >= 4 {
                key.setU32(FlowField.mplsEntry0 + index * 4, u32(0))
                if u8(2) & 1 == 1 { break }
                bytes = bytes.dropFirst(4)
            }
        default: break
        }
        return true
    }

    private mutating func ipv4() {
        guard bytes.count >= 20 else { return }
        let header = Int(u8(0) % 16) * 4
        let total = Int(u16(2))
        guard header >= 20, total >= header, total <= bytes.count else { return }
        copy(9, 1, to: FlowField.networkProtocol)
        copy(1, 1, to: FlowField.networkTOS)
        copy(8, 1, to: FlowField.networkTTL)
        copy(12, 4, to: FlowField.ipv4Source)
        copy(16, 4, to: FlowField.ipv4Destination)
        let more = u16(6) & 0x2000 != 0
        let offset = u16(6) & 0x1fff
        if more || offset != 0 { key.setU8(FlowField.networkFragment, offset == 0 ? 1 : 3) }
        if offset != 0 { return }
        bytes = bytes.prefix(total).dropFirst(header)
        transport(key.u8(FlowField.networkProtocol), isIPv6: false)
    }

    private mutating func ipv6() {
        guard bytes.count >= 40, Int(u16(4)) <= bytes.count - 40 else { return }
        copy(8, 16, to: FlowField.ipv6Source)
        copy(24, 16, to: FlowField.ipv6Destination)
        let fixed = u32(0)
        let hops = u8(7)
        var next = u8(6)
        bytes = bytes.prefix(40 + Int(u16(4))).dropFirst(40)
        var fragment: UInt8 = 0
        // As OpenFlow 1.3.5 section 7.2.3.8 numbers the extension headers, and RFC 8200 section 4.1 orders them.
        let places: [UInt8: (bit: Int, rank: Int)] = [
            59: (0, 9), 50: (1, 6), 51: (2, 5), 60: (3, 2), 44: (4, 4), 43: (5, 3), 0: (6, 1),
        ]
        var ranks: [Int] = []
        var seen: UInt16 = 0
        func note(_ number: UInt8) {
            guard let place = places[number] else { return }
            seen |= 1 << UInt16(place.bit)
            guard number != 59 else { return }
            // Destination options stand before routing, or last.
            let rank = number == 60 && (ranks.max() ?? 0) > 1 ? 7 : place.rank
            if ranks.contains(rank) { seen |= 1 << 7 }
            if (ranks.max() ?? 0) > rank { seen |= 1 << 8 }
            ranks.append(rank)
        }
        while [0, 43, 60, 51, 44].contains(next) {
            note(next)
            guard bytes.count >= 8 else { return }
            if next == 44 {
                let field = u16(2)
                let after = u8(0)
                bytes = bytes.dropFirst(8)
                if field >> 3 != 0 {
                    fragment = 3
                    break
                }
                if field & 1 == 1 { fragment = 1 }
                next = after
                continue
            }
            let length = next == 51 ? Int(u8(1)) * 4 + 8 : Int(u8(1)) * 8 + 8
            guard bytes.count >= length else { return }
            next = u8(0)
            bytes = bytes.dropFirst(length)
        }
        if next != 44 { note(next) }
        key.setU16(FlowField.ipv6ExtensionHeaders, seen)
        key.setU8(FlowField.networkProtocol, next)
        key.setU8(FlowField.networkTOS, UInt8(fixed >> 20 & 0xff))
        key.setU8(FlowField.networkTTL, hops)
        key.setU8(FlowField.networkFragment, fragment)
        key.setU32(FlowField.ipv6Label, fixed & 0xfffff)
        if fragment != 3 { transport(next, isIPv6: true) }
    }

    private mutating func transport(_ proto: UInt8, isIPv6: Bool) {
        switch proto {
        case 6 where bytes.count >= 20 && (20...bytes.count).contains(Int(u8(12) >> 4) * 4):
            copy(0, 4, to: FlowField.transportSource)
            key.setU16(FlowField.tcpFlags, u16(12) & 0xfff)
        case 17 where bytes.count >= 8: copy(0, 4, to: FlowField.transportSource)
        case 132 where bytes.count >= 12: copy(0, 4, to: FlowField.transportSource)
        case 1 where bytes.count >= 8 && !isIPv6, 2 where bytes.count >= 8 && !isIPv6,
            58 where bytes.count >= 8 && isIPv6:
            key.setU16(FlowField.transportSource, UInt16(u8(0)))
            key.setU16(FlowField.transportDestination, UInt16(u8(1)))
            if proto == 58 { discovery() }
        default: break
        }
    }

    private mutating func discovery() {
        guard bytes.count >= 24, u8(0) == 135 || u8(0) == 136, u8(1) == 0 else { return }
        copy(4, 4, to: FlowField.ndReserved)
        var addresses = (source: MACAddress.zero, target: MACAddress.zero)
        let target = Array(bytes.dropFirst(8).prefix(16))
        bytes = bytes.dropFirst(24)
        while bytes.count >= 8 {
            let length = Int(u8(1)) * 8
            if length == 0 || length > bytes.count { break }
            if length == 8, u8(0) == 1 || u8(0) == 2 {
                if key.u16(FlowField.ndOptionsType) == 0 { key.setU16(FlowField.ndOptionsType, UInt16(u8(0))) }
                guard (u8(0) == 1 ? addresses.source : addresses.target).isZero else { return }
                if u8(0) == 1 { addresses.source = mac(2) } else { addresses.target = mac(2) }
            }
            bytes = bytes.dropFirst(length)
        }
        for (index, byte) in target.enumerated() { key.setU8(FlowField.ndTarget + index, byte) }
        key.setMAC(FlowField.arpSourceHardware, addresses.source)
        key.setMAC(FlowField.arpTargetHardware, addresses.target)
    }

    private mutating func arp() {
        guard bytes.count >= 28, Array(bytes.prefix(6)) == [0, 1, 8, 0, 6, 4] else { return }
        if u16(6) < 256 { key.setU8(FlowField.networkProtocol, UInt8(u16(6))) }
        key.setMAC(FlowField.arpSourceHardware, mac(8))
        copy(14, 4, to: FlowField.ipv4Source)
        key.setMAC(FlowField.arpTargetHardware, mac(18))
        copy(24, 4, to: FlowField.ipv4Destination)
    }
}
