import Packets

/// An Ethernet address within a VLAN: what a ``MACTable`` is keyed by. One word, for cheap hashing.
public struct LearnedAddress: Hashable, Sendable {
    private let packed: UInt64

    public init(_ mac: MACAddress, vlan: UInt16) { packed = mac.wireOrder | UInt64(vlan) << 48 }

    public var mac: MACAddress { MACAddress(wireOrder: packed) }
    public var vlan: UInt16 { UInt16(truncatingIfNeeded: packed >> 48) }
}
