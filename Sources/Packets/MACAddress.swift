/// A 48-bit Ethernet address (IEEE 802).
@frozen
public struct MACAddress: Hashable, Sendable {
    /// The six bytes as they stand on the wire, loaded little-endian: the first byte in the low bits; top 16 bits zero.
    public var wireOrder: UInt64

    @inlinable
    public init(wireOrder: UInt64) { self.wireOrder = wireOrder & 0xffff_ffff_ffff }

    /// From the number that the usual notation reads as: `0x010203040506` for 01:02:03:04:05:06.
    @inlinable
    public init(number: UInt64) { wireOrder = (number << 16).byteSwapped }

    /// From six bytes in wire order.
    @inlinable
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8) {
        wireOrder =
            UInt64(a) | UInt64(b) << 8 | UInt64(c) << 16 | UInt64(d) << 24 | UInt64(e) << 32 | UInt64(f) << 40
    }

    /// Parses `xx:xx:xx:xx:xx:xx`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6 else { return nil }
        var number: UInt64 = 0
        for part in parts {
            guard (1...2).contains(part.count), let byte = UInt8(part, radix: 16) else { return nil }
            number = number << 8 | UInt64(byte)
        }
        self.init(number: number)
    }

    /// The number that the usual notation reads as.
    @inlinable
    public var number: UInt64 { wireOrder.byteSwapped >> 16 }

    /// The byte at `index` in `0..<6`, wire order.
    @inlinable
    public subscript(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: wireOrder >> UInt64(index * 8)) }

    public static let zero = MACAddress(wireOrder: 0)
    public static let broadcast = MACAddress(wireOrder: 0xffff_ffff_ffff)
    /// To where bridges send their spanning trees' frames (IEEE 802.1D 7.12.3).
    public static let spanningTree = MACAddress(number: 0x0180_c200_0000)

    /// Group addresses, broadcast among them.
    @inlinable public var isMulticast: Bool { wireOrder & 1 != 0 }
    @inlinable public var isBroadcast: Bool { wireOrder == 0xffff_ffff_ffff }
    @inlinable public var isZero: Bool { wireOrder == 0 }

    /// 01:80:C2:00:00:00 to 01:80:C2:00:00:0F and the like, which a bridge does not forward (IEEE 802.1D 7.12.6; OVS:
    /// eth_addr_is_reserved, whose list `ovs-vswitchd.conf.db(5)` gives under `forward-bpdu`).
    public var isReserved: Bool {
        let value = number
        switch value {
        case 0x0180_c200_0000...0x0180_c200_000f: return true
        case 0x00e0_2b00_0000, 0x00e0_2b00_0004, 0x00e0_2b00_0006: return true  // Extreme EDP, EAPS
        case 0x0100_0c00_0000: return true  // Cisco ISL
        case 0x0100_0ccc_cccc, 0x0100_0ccc_cccd, 0x0100_0ccd_cdcd: return true  // CDP/VTP, PVST+, STP uplink fast
        case 0x0100_0ccc_ccc0...0x0100_0ccc_cccf: return true  // Cisco CFM
        default: return false
        }
    }
}

extension MACAddress: CustomStringConvertible {
    public var description: String {
        (0..<6).map { index in
            let byte = self[index]
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined(separator: ":")
    }
}
