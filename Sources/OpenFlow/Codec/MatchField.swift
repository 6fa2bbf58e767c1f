import Packets

/// A field that extensible matches (NXM and OXM) can name: its place in a ``FlowKey`` and its headers on the wire.
///
/// The list is ``MatchField/all``; ovs-fields(7) describes each field under its name here.
struct MatchField: Sendable {
    /// Where the value is within a ``FlowKey``.
    enum Place: Sendable {
        /// Bytes in network order from an offset, moved up by some bits.
        case network(offset: Int, bytes: Int, shift: Int)
        /// A number in host order.
        case host(offset: Int, bytes: Int)
        /// The bridge's port number: host order, 32 bits there.
        case inPort
    }

    /// What else must be matched exactly for the field to make sense.
    enum Prerequisite: Sendable {
        case none, vlan, arp, ipv4, ipv6, ip, tcp, udp, sctp, icmpv4, icmpv6, neighbor, solicitation, advertisement
    }

    /// A header without its has-mask bit and length: class, field, and the experimenter of class 0xffff.
    struct Header: Sendable, Hashable {
        let classNumber: UInt16
        let field: UInt8
        var experimenter: UInt32 = 0

        static func nxm(_ field: UInt8) -> Header { Header(classNumber: 0x0000, field: field) }
        static func nicira(_ field: UInt8) -> Header { Header(classNumber: 0x0001, field: field) }
        static func oxm(_ field: UInt8) -> Header { Header(classNumber: 0x8000, field: field) }
        /// An extension of the Open Networking Foundation to 1.3.
        static func onf(_ field: UInt8) -> Header {
            Header(classNumber: 0xffff, field: field, experimenter: 0x4f4e_4600)
        }
    }

    let name: String
    let place: Place
    /// Bytes of the value on the wire.
    let size: Int
    /// The bits of the value that the field has, counted in its place: an ICMP type has one byte on the wire but stands
    /// where a port has two, both of which are then matched.
    let valid: UInt128
    let isMaskable: Bool
    let prerequisite: Prerequisite
    /// The header under which NXM writes it; nil: only OXM has it.
    let nxm: Header?
    /// The header under which OXM writes it; nil: only NXM has it.
    let oxm: Header?

    /// The field's value, or mask, in `key`.
    func get(_ key: FlowKey) -> UInt128 {
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
    func mergeExactMask(into mask: inout FlowMask) {
        if case .inPort = place { mask.setHost32(FlowField.inPort, .max) } else { merge(valid, into: &mask) }
    }

    /// Puts the bits of `value` into `key`, leaving the others.
    func merge(_ value: UInt128, into key: inout FlowKey) {
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
