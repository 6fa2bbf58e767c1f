import Packets

/// A field that extensible matches (NXM and OXM) can name: its place in a ``FlowKey`` and its headers on the wire.
///
/// The list is ``MatchField/all``; ovs-fields(7) describes each field under its name here.
public struct MatchField: Sendable {
    /// Where the value is within a ``FlowKey``.
    public enum Place: Sendable {
        /// Bytes in network order from an offset, moved up by some bits.
        case network(offset: Int, bytes: Int, shift: Int)
        /// A number in host order.
        case host(offset: Int, bytes: Int)
        /// The bridge's port number: host order, 32 bits there.
        case inPort
    }

    /// What else must be matched exactly for the field to make sense.
    public enum Prerequisite: Sendable {
        case none, vlan, arp, ipv4, ipv6, ip, tcp, udp, sctp, icmpv4, icmpv6, neighbor, solicitation, advertisement
    }

    /// A header without its has-mask bit and length: class, field, and the experimenter of class 0xffff.
    public struct Header: Sendable, Hashable {
        public let classNumber: UInt16
        public let field: UInt8
        public var experimenter: UInt32 = 0

        static func nxm(_ field: UInt8) -> Header { Header(classNumber: 0x0000, field: field) }
        static func nicira(_ field: UInt8) -> Header { Header(classNumber: 0x0001, field: field) }
        static func oxm(_ field: UInt8) -> Header { Header(classNumber: 0x8000, field: field) }
        /// An extension of the Open Networking Foundation to 1.3.
        static func onf(_ field: UInt8) -> Header {
            Header(classNumber: 0xffff, field: field, experimenter: 0x4f4e_4600)
        }
    }

    public let name: String
    public let place: Place
    /// Bytes of the value on the wire.
    public let size: Int
    /// The bits of the value that the field has, counted in its place: an ICMP type has one byte on the wire but stands
    /// where a port has two, both of which are then matched.
    public let valid: UInt128
    public let isMaskable: Bool
    public let prerequisite: Prerequisite
    /// The header under which NXM writes it; nil: only OXM has it.
    public let nxm: Header?
    /// The header under which OXM writes it; nil: only NXM has it.
    public let oxm: Header?

    /// How many bits a peer may name, from 0 on: `FIELD[0..bits-1]`.
    public var bits: Int { min(size * 8, UInt128.bitWidth - valid.leadingZeroBitCount) }

    /// The field's value, or mask, in `key`.
    public func get(_ key: FlowKey) -> UInt128 {
        switch place {
        case .network(let offset, let bytes, let shift):
            var value: UInt128 = 0
            for index in offset..<offset + bytes { value = value << 8 | UInt128(key.u8(index)) }
            return value >> UInt128(shift) & valid
        case .host(let offset, let bytes):
            var value: UInt128 = 0
            for index in (offset..<offset + bytes).reversed() { value = value << 8 | UInt128(key.u8(index)) }
            return value & valid
        case .inPort:
            return UInt128(key.host32(FlowField.inPort)) & valid
        }
    }

    /// Puts a mask that counts all of the field into `mask`.
    public func mergeExactMask(into mask: inout FlowMask) {
        if case .inPort = place { mask.setHost32(FlowField.inPort, .max) } else { merge(valid, into: &mask) }
    }

    /// Puts the bits of `value` into `key`, leaving the others.
    public func merge(_ value: UInt128, into key: inout FlowKey) {
        switch place {
        case .network(let offset, let bytes, let shift):
            var left = (value & valid) << UInt128(shift)
            for index in (offset..<offset + bytes).reversed() {
                key.setU8(index, key.u8(index) | UInt8(truncatingIfNeeded: left))
                left >>= 8
            }
        case .host(let offset, let bytes):
            var left = value & valid
            for index in offset..<offset + bytes {
                key.setU8(index, key.u8(index) | UInt8(truncatingIfNeeded: left))
                left >>= 8
            }
        case .inPort:
            key.setHost32(FlowField.inPort, UInt32(truncatingIfNeeded: value))
        }
    }
}

extension MatchField: Hashable {
    /// Names are unique.
    public static func == (left: MatchField, right: MatchField) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
