/// EtherType numbers (IEEE 802 Numbers, IANA) that packets are told apart by.
public enum EtherType {
    public static let ipv4: UInt16 = 0x0800
    public static let arp: UInt16 = 0x0806
    public static let rarp: UInt16 = 0x8035
    public static let vlan: UInt16 = 0x8100
    public static let ipv6: UInt16 = 0x86dd
    public static let mplsUnicast: UInt16 = 0x8847
    public static let mplsMulticast: UInt16 = 0x8848
    /// The service tag of IEEE 802.1ad.
    public static let serviceVLAN: UInt16 = 0x88a8
    /// A service tag of days before 802.1ad.
    public static let oldServiceVLAN: UInt16 = 0x9100
    /// What stands for the EtherType of a frame that has none (OpenFlow: OFP_DL_TYPE_NOT_ETH_TYPE).
    public static let none: UInt16 = 0x05ff
    /// Smaller values in the type field are 802.3 lengths.
    public static let smallest: UInt16 = 0x0600

    /// Whether a tag begins with this value.
    @inlinable
    public static func isVLAN(_ type: UInt16) -> Bool {
        type == vlan || type == serviceVLAN || type == oldServiceVLAN
    }
}
