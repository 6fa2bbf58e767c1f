extension MACAddress {
    /// Made by no manufacturer: bit 1 of the first byte.
    public var isLocal: Bool { wireOrder & 2 != 0 }

    /// A random unicast address that is marked as local.
    public static func randomLocal() -> MACAddress {
        MACAddress(wireOrder: UInt64.random(in: 0...UInt64.max) & ~1 | 2)
    }

    /// Whether a port of this address may lend it to its bridge (OVS: `find_local_hw_addr`).
    public var maySpeakForBridge: Bool { !isMulticast && !isLocal && !isReserved && !isZero }
}
