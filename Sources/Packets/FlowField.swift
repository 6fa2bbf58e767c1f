/// Byte offsets of the fields inside a ``FlowKey``; see its layout.
public enum FlowField {
    public static let inPort = 0
    public static let recircID = 4
    public static let ethernetDestination = 8
    public static let ethernetSource = 16
    public static let ethernetType = 22
    public static let outerTPID = 24
    public static let outerTCI = 26
    public static let innerTPID = 28
    public static let innerTCI = 30
    /// How many tags a key has room for: outer and inner.
    public static let vlanHeaders = 2
    public static let networkProtocol = 32
    public static let networkTOS = 33
    public static let networkTTL = 34
    public static let networkFragment = 35
    public static let ipv6Label = 36
    public static let ipv4Source = 40
    public static let ipv4Destination = 44
    public static let ipv6Source = 48
    public static let ipv6Destination = 64
    public static let transportSource = 80
    public static let transportDestination = 82
    public static let tcpFlags = 84
    /// Which IPv6 extension headers there are: the nine bits of OpenFlow 1.3.5's `enum ofp_ipv6exthdr_flags`.
    public static let ipv6ExtensionHeaders = 86
    public static let arpSourceHardware = 88
    public static let arpTargetHardware = 96
    public static let ndTarget = 104
    public static let mplsEntry0 = 120
    public static let mplsEntry1 = 124
    public static let mplsEntry2 = 128
    /// The reserved word of a neighbour discovery message; stands where other packets have a third MPLS entry.
    public static let ndReserved = 128
    /// The type of a neighbour discovery message's first option that tells an address, 1 or 2, as 16 bits; stands where
    /// other packets have an I-SID.
    public static let ndOptionsType = 132
    /// PBB (IEEE 802.1ah): 24 bits of I-SID.
    public static let serviceInstance = 132
    /// PBB: the "use customer address" bit, in a byte of its own.
    public static let useCustomerAddress = 135
    public static let datapathHash = 136
    public static let packetMark = 140
    public static let skbPriority = 144
    public static let packetType = 148
    public static let ctState = 152
    public static let ctMark = 156
    public static let ctZone = 160
    public static let ctTransportSource = 162
    public static let ctTransportDestination = 164
    public static let ctNetworkProtocol = 166
    public static let ctLabel = 168
    public static let ctIPv4Source = 184
    public static let ctIPv4Destination = 188
    public static let ctIPv6Source = 192
    public static let ctIPv6Destination = 208
    public static let tunnelID = 224
    public static let tunnelIPv4Source = 232
    public static let tunnelIPv4Destination = 236
    public static let tunnelIPv6Source = 240
    public static let tunnelIPv6Destination = 256
    public static let tunnelFlags = 272
    /// Bits of ``tunnelFlags`` (OVS: FLOW_TNL_F_*); bit 0 says that the packet is for maintenance.
    public static let tunnelDontFragment: UInt8 = 2
    public static let tunnelHasChecksum: UInt8 = 4
    public static let tunnelHasKey: UInt8 = 8
    public static let tunnelTOS = 274
    public static let tunnelTTL = 275
    public static let tunnelGBPID = 276
    public static let tunnelGBPFlags = 278
    public static let tunnelERSPANVersion = 279
    public static let tunnelERSPANIndex = 280
    public static let tunnelERSPANDirection = 284
    public static let tunnelERSPANHardwareID = 285
    public static let tunnelGTPUFlags = 286
    public static let tunnelGTPUMessageType = 287
    public static let metadata = 288
    public static let registers = 296
    public static let conjunctionID = 360
    public static let actionSetOutput = 364
    /// Which of tun_metadata0 ... tun_metadata63 there are: bit n says that there is the one with number n. In a mask,
    /// whether it counts that there is one.
    public static let tunnelOptionsPresent = 368
    /// The options' bytes, in network order.
    public static let tunnelOptions = 384
    /// How many bytes of options there can be.
    public static let tunnelOptionsSize = 256

    /// `nw_frag` bits: any fragment; a fragment that is not the first (OVS: FLOW_NW_FRAG_ANY, FLOW_NW_FRAG_LATER).
    public static let fragmentAny: UInt8 = 1
    public static let fragmentLater: UInt8 = 2
    /// Set in a TCI that is in use, so that an absent tag (0) differs from VLAN 0 (OVS: VLAN_CFI).
    public static let vlanPresent: UInt16 = 0x1000
}
