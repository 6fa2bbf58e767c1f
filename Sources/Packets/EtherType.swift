/// EtherType numbers (IEEE 802 Numbers, IANA) that packets are told apart by.
public enum EtherType {
    @inlinable public static var ipv4: UInt16 { 0x0800 }
    @inlinable public static var arp: UInt16 { 0x0806 }
    @inlinable public static var rarp: UInt16 { 0x8035 }
    @inlinable public static var vlan: UInt16 { 0x8100 }
    @inlinable public static var ipv6: UInt16 { 0x86dd }
    @inlinable public static var mplsUnicast: UInt16 { 0x8847 }
    @inlinable public static var mplsMulticast: UInt16 { 0x8848 }
    /// The service tag of IEEE 802.1ad.
    @inlinable public static var serviceVLAN: UInt16 { 0x88a8 }
    /// A service instance tag of provider backbone bridging (IEEE 802.1ah).
    @inlinable public static var pbb: UInt16 { 0x88e7 }
    /// What stands for the EtherType of a frame that has none (OpenFlow: OFP_DL_TYPE_NOT_ETH_TYPE).
    @inlinable public static var none: UInt16 { 0x05ff }
    /// Smaller values in the type field are 802.3 lengths.
    @inlinable public static var smallest: UInt16 { 0x0600 }

    /// Whether a tag begins with this value. Not with 0x9100, which some used before 802.1ad: OVS does not know it, and
    /// rules that drop tagged packets, or leave them alone, mean the same packets here.
    @inlinable
    @inline(__always)
    public static func isVLAN(_ type: UInt16) -> Bool { type == vlan || type == serviceVLAN }

    /// Whether a label stack follows.
    @inlinable
    @inline(__always)
    public static func isMPLS(_ type: UInt16) -> Bool { type == mplsUnicast || type == mplsMulticast }

    /// Whether an ARP or RARP packet follows.
    @inlinable
    @inline(__always)
    public static func isARP(_ type: UInt16) -> Bool { type == arp || type == rarp }

    /// Whether an IP header follows.
    @inlinable
    @inline(__always)
    public static func isIP(_ type: UInt16) -> Bool { type == ipv4 || type == ipv6 }
}
