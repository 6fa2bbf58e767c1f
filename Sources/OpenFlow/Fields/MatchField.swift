import Packets

/// A field that matches and actions can name: its place in a ``FlowKey``, its headers on the wire and its rules.
///
/// The list is ``MatchField/all``; ovs-fields(7) describes each field under its name here. A value travels as a number,
/// bit 0 the least significant, as it is on the wire: a port of ``Place/port(isWide:)`` in its protocol's numbers.
public final class MatchField: Sendable {
    /// Where the value is within a ``FlowKey``.
    enum Place: Sendable {
        /// Bytes in network order from an offset, moved up by some bits; all in one word, or two whole words.
        case network(offset: Int, bytes: Int, shift: Int)
        /// A number in host order, in one word.
        case host(offset: Int, bytes: Int)
        /// Registers in a row, the first the most significant.
        case registers(first: Int, count: Int)
        /// A bridge's port number, host order, 16 bits that stand in 32; wide ones are told as version 1.1 does.
        case port(offset: Int, isWide: Bool)
        /// An option of tunnels: tun_metadata*number*, at ``MatchField/units``.
        case option(number: Int)
    }

    /// How the value is written in text (ovs-fields(7), "Format").
    public enum Format: Sendable {
        case decimal, hexadecimal, ethernet, ipv4, ipv6, port, fragment, tunnelFlags, tcpFlags, connectionState
        case packetType
    }

    /// Which of the matches that are lists of fields name the field; others have a name for the same bits.
    enum Listing: Sendable { case both, nxm, oxm, oxm15, exceptOXM15, never }

    /// The name that ovs-fields(7) gives it.
    public let name: String
    /// A second name, such as `nw_src` for `ip_src`.
    public let alias: String?
    let place: Place
    /// What has to be seen to when the field is written.
    public let writing: Writing
    /// Where an option of tunnels stands in a key: byte offsets, each of four bytes, the most significant first.
    let units: [Int]
    /// Bytes of the value on the wire.
    public let size: Int
    /// How many bits a peer may name, from 0 on: `FIELD[0..bits-1]`.
    public let bits: Int
    /// The bits that a value can have, counted in its place: an ICMP type has one byte on the wire but stands where a
    /// port has two, both of which are then matched; a VLAN identifier has the bit that says that there is a tag.
    public let valid: UInt128
    /// Whether any bits of it can be matched; otherwise all or none.
    public let isMaskable: Bool
    /// Whether actions may change it.
    public let isWritable: Bool
    public let format: Format
    /// What a packet, or a match, must be for the field to mean something.
    public let prerequisite: Prerequisite
    /// Every header that names it on the wire.
    let headers: [VersionedHeader]
    let listing: Listing

    init(
        name: String, alias: String?, place: Place, units: [Int] = [], size: Int, bits: Int, valid: UInt128,
        isMaskable: Bool, isWritable: Bool, format: Format, prerequisite: Prerequisite, headers: [VersionedHeader],
        listing: Listing
    ) {
        self.name = name
        self.alias = alias
        self.place = place
        self.units = units
        writing = Self.writing(place)
        self.size = size
        self.bits = bits
        self.valid = valid
        self.isMaskable = isMaskable
        self.isWritable = isWritable
        self.format = format
        self.prerequisite = prerequisite
        self.headers = headers
        self.listing = listing
    }

    /// What else a field's place is about.
    public enum Writing: Sendable {
        /// Nothing: the bits are the field's alone.
        case plain
        /// The network and transport headers.
        case network
        /// Tags or labels, which come and go.
        case stack
    }

    private static func writing(_ place: Place) -> Writing {
        switch place {
        case .host(let offset, _), .network(let offset, _, _):
            switch offset >> 3 {
            case FlowField.outerTPID >> 3, FlowField.mplsEntry0 >> 3: .stack
            case FlowField.networkProtocol >> 3..<FlowField.mplsEntry0 >> 3: .network
            default: .plain
            }
        case .registers, .port, .option: .plain
        }
    }

    /// Ones in all bits that the value has on the wire, as far as 128 go: what a mask says that asks for all of it.
    public var wholeMask: UInt128 { Self.ones(size * 8) }

    static func ones(_ bits: Int) -> UInt128 { bits >= 128 ? .max : (1 << UInt128(bits)) - 1 }

    /// Whether a peer may ask for this value, as part of a match or to be set.
    public func isValid(_ value: UInt128) -> Bool {
        guard value & ~valid == 0, value & ~wholeMask == 0 else { return false }
        if case .port(_, isWide: true) = place {
            return (try? OpenFlowPort(wide: UInt32(truncatingIfNeeded: value))) != nil
        }
        return true
    }

    /// Whether a match may have this mask of the value's size.
    public func isMaskValid(_ mask: UInt128) -> Bool { isMaskable || mask == 0 || mask == wholeMask }

    /// The bridge's port number or metadata that is not told by the packet's headers (OVS: mf_is_pipeline_field).
    public var isPipelineField: Bool {
        switch name {
        case "in_port", "in_port_oxm", "metadata", "packet_type": true
        case let name where name.hasPrefix("reg") || name.hasPrefix("xreg") || name.hasPrefix("xxreg"): true
        default: isTunnelField && name != "tun_tos" && name != "tun_ttl"
        }
    }

    /// Whether the field says what the headers behind it are, so that a packet in which it is written is another one
    /// from there on. OpenFlow 1.3.5 (section 7.2.5) lets Set-Field write these too; Open vSwitch does not.
    public var decidesLayout: Bool {
        switch name {
        case "eth_type", "nw_proto", "mpls_bos": true
        default: false
        }
    }

    /// Whether Set-Field and loads of a version may write the field.
    func isSettable(_ version: OpenFlowVersion) -> Bool { isWritable || decidesLayout && version >= .v13 }

    /// Whether it belongs to the tunnel that the packet came through or is to leave by.
    public var isTunnelField: Bool { name.hasPrefix("tun_") }
}

extension MatchField: Hashable {
    /// Names are unique, and so are objects.
    public static func == (left: MatchField, right: MatchField) -> Bool { left === right }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension MatchField: CustomStringConvertible {
    public var description: String { name }
}
