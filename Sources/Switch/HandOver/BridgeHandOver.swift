import OpenFlow
import Packets

/// What a bridge knows that is in no database: rules and learned addresses, for the process image that comes after this
/// one.
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

    func write(to writer: inout ByteWriter) {
        let text = Array(name.utf8)
        writer.u16(UInt16(clamping: text.count))
        writer.append(text.prefix(Int(UInt16.max)))
        writer.u32(UInt32(rules.count))
        writer.append(rules)
        writer.u32(UInt32(addresses.count))
        for address in addresses {
            writer.u64(address.mac.number)
            writer.u16(address.vlan)
            writer.u16(address.port.rawValue)
            writer.u16(address.ageSeconds.map { UInt16(clamping: $0) } ?? .max)
        }
    }

    init(name: String, rules: [UInt8], addresses: [Address]) {
        self.name = name
        self.rules = rules
        self.addresses = addresses
    }

    init(_ reader: inout ByteReader) throws(OpenFlowError) {
        var part = try reader.part(Int(try reader.u16()))
        name = String(decoding: part.rest(), as: UTF8.self)
        part = try reader.part(Int(try reader.u32()))
        rules = part.rest()
        addresses = []
        for _ in 0..<(try reader.u32()) {
            let mac = MACAddress(number: try reader.u64())
            let vlan = try reader.u16()
            let port = OpenFlowPort(rawValue: try reader.u16())
            let age = try reader.u16()
            addresses.append(Address(mac: mac, vlan: vlan, port: port, ageSeconds: age == .max ? nil : Int(age)))
        }
    }
}
