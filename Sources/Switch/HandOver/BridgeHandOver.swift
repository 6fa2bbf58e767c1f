import OpenFlow
import Packets

/// What a bridge knows that is in no database: rules, learned addresses and what controllers have set of it and its
/// ports, for the process image that comes after this one.
struct BridgeHandOver {
    /// One address of the MAC table.
    struct Address {
        var mac: MACAddress
        var vlan: UInt16
        var port: OpenFlowPort
        /// nil: static.
        var ageSeconds: Int?
    }

    var name: String
    var rules: [UInt8]
    var addresses: [Address]
    /// OpenFlow's configuration of ports, by name; of those that have any.
    var ports: [String: UInt32]
    /// How fragments are matched (OFPC_FRAG_*).
    var fragments: UInt16
    /// The newest election of a primary that a controller told.
    var election: UInt64?

    func write(to writer: inout ByteWriter) {
        Self.write(name, to: &writer)
        writer.u32(UInt32(rules.count))
        writer.append(rules)
        writer.u32(UInt32(addresses.count))
        for address in addresses {
            writer.u64(address.mac.number)
            writer.u16(address.vlan)
            writer.u16(address.port.rawValue)
            writer.u16(address.ageSeconds.map { UInt16(clamping: $0) } ?? .max)
        }
        writer.u32(UInt32(ports.count))
        for (name, configuration) in ports {
            Self.write(name, to: &writer)
            writer.u32(configuration)
        }
        writer.u16(fragments)
        writer.u8(election == nil ? 0 : 1)
        writer.u64(election ?? 0)
    }

    init(
        name: String, rules: [UInt8], addresses: [Address], ports: [String: UInt32], fragments: UInt16,
        election: UInt64?
    ) {
        self.name = name
        self.rules = rules
        self.addresses = addresses
        self.ports = ports
        self.fragments = fragments
        self.election = election
    }

    init(_ reader: inout ByteReader) throws(OpenFlowError) {
        name = try Self.text(&reader)
        var part = try reader.part(Int(try reader.u32()))
        rules = part.rest()
        addresses = []
        for _ in 0..<(try reader.u32()) {
            let mac = MACAddress(number: try reader.u64())
            let vlan = try reader.u16()
            let port = OpenFlowPort(rawValue: try reader.u16())
            let age = try reader.u16()
            addresses.append(Address(mac: mac, vlan: vlan, port: port, ageSeconds: age == .max ? nil : Int(age)))
        }
        ports = [:]
        for _ in 0..<(try reader.u32()) {
            let name = try Self.text(&reader)
            ports[name] = try reader.u32()
        }
        fragments = try reader.u16()
        let hasElection = try reader.u8() != 0
        let number = try reader.u64()
        election = hasElection ? number : nil
    }

    private static func write(_ text: String, to writer: inout ByteWriter) {
        let bytes = Array(text.utf8)
        writer.u16(UInt16(clamping: bytes.count))
        writer.append(bytes.prefix(Int(UInt16.max)))
    }

    private static func text(_ reader: inout ByteReader) throws(OpenFlowError) -> String {
        var part = try reader.part(Int(try reader.u16()))
        return String(decoding: part.rest(), as: UTF8.self)
    }
}
