import OpenFlow
import Packets

/// Hashes of packets by which links and buckets are chosen; what goes in is OVS's (`flow_hash_fields`), the numbers are
/// our own.
enum FlowHash {
    /// The bits that decide.
    static func mask(of fields: FlowHashFields, _ key: FlowKey) -> FlowMask {
        var mask = FlowMask()
        switch fields {
        case .ethernetSource: mask.setMAC(FlowField.ethernetSource, .broadcast)
        case .symmetricL4:
            mask.setMAC(FlowField.ethernetSource, .broadcast)
            mask.setMAC(FlowField.ethernetDestination, .broadcast)
            mask[FlowField.outerTPID >> 3] = ~0
            addNetwork(to: &mask, key, withPorts: true, withUDP: true)
        case .symmetricL3L4: addNetwork(to: &mask, key, withPorts: true, withUDP: false)
        case .symmetricL3L4UDP: addNetwork(to: &mask, key, withPorts: true, withUDP: true)
        case .symmetricL3: addNetwork(to: &mask, key, withPorts: false, withUDP: false)
        case .networkSource: addAddress(to: &mask, key, isSource: true)
        case .networkDestination: addAddress(to: &mask, key, isSource: false)
        }
        return mask
    }

    static func hash(_ key: FlowKey, _ fields: FlowHashFields, basis: UInt32) -> UInt32 {
        let part = key.masked(by: mask(of: fields, key))
        switch fields {
        case .ethernetSource, .networkSource, .networkDestination: return hash(part, basis: basis)
        case .symmetricL4, .symmetricL3L4, .symmetricL3L4UDP, .symmetricL3:
            return hash(folded(part), basis: basis)
        }
    }

    static func hash(_ key: FlowKey, basis: UInt32) -> UInt32 {
        var state = UInt64(basis) &+ 0x9e37_79b9_7f4a_7c15
        for index in 0..<key.extent where key[index] != 0 {
            state = scramble(state ^ key[index] &* 0x9fb2_1c65_1e98_df25 &+ UInt64(index))
        }
        return UInt32(truncatingIfNeeded: scramble(state) >> 32)
    }

    /// A further hash of a hash and a number.
    static func mix(_ hash: UInt32, _ number: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: scramble(UInt64(hash) << 32 | UInt64(number)) >> 32)
    }

    /// The finaliser of SplitMix64.
    private static func scramble(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// Both directions made alike: source and destination are added up.
    private static func folded(_ key: FlowKey) -> FlowKey {
        var result = key
        func fold(_ a: Int, _ b: Int) {
            result[a] = key[a] ^ key[b]
            result[b] = 0
        }
        let type = FlowField.ethernetType >> 3
        let address: UInt64 = 0xffff_ffff_ffff
        result[type] = key[type] & ~address | (key[type] ^ key[FlowField.ethernetDestination >> 3]) & address
        result[FlowField.ethernetDestination >> 3] = 0
        let pair = FlowField.ipv4Source >> 3
        result[pair] = key[pair] & 0xffff_ffff ^ key[pair] >> 32
        fold(FlowField.ipv6Source >> 3, FlowField.ipv6Destination >> 3)
        fold(FlowField.ipv6Source >> 3 + 1, FlowField.ipv6Destination >> 3 + 1)
        let ports = FlowField.transportSource >> 3
        result[ports] = key[ports] & 0xffff ^ key[ports] >> 16 & 0xffff
        return result
    }

    private static func addAddress(to mask: inout FlowMask, _ key: FlowKey, isSource: Bool) {
        mask.setU16(FlowField.ethernetType, .max)
        switch key.u16(FlowField.ethernetType) {
        case EtherType.ipv4: mask.setU32(isSource ? FlowField.ipv4Source : FlowField.ipv4Destination, .max)
        case EtherType.ipv6:
            let word = (isSource ? FlowField.ipv6Source : FlowField.ipv6Destination) >> 3
            mask[word] = ~0
            mask[word + 1] = ~0
        default: break
        }
    }

    private static func addNetwork(to mask: inout FlowMask, _ key: FlowKey, withPorts: Bool, withUDP: Bool) {
        mask.setU16(FlowField.ethernetType, .max)
        guard EtherType.isIP(key.u16(FlowField.ethernetType)) else { return }
        addAddress(to: &mask, key, isSource: true)
        addAddress(to: &mask, key, isSource: false)
        guard withPorts else { return }
        mask.setU8(FlowField.networkProtocol, .max)
        mask.setU8(FlowField.networkFragment, FlowField.fragmentAny | FlowField.fragmentLater)
        switch key.u8(FlowField.networkProtocol) {
        case IPProtocol.tcp, IPProtocol.sctp: break
        case IPProtocol.udp where withUDP: break
        default: return
        }
        mask.setU16(FlowField.transportSource, .max)
        mask.setU16(FlowField.transportDestination, .max)
    }
}
