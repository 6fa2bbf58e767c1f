/// A key under its mask as text, as `ovs-appctl dpctl/dump-flows` prints the match of a datapath flow.
///
/// Fields that do not count are left out; those that count in part get their mask behind a slash.
public enum DatapathFlowFormat {
    /// - Parameter portName: names for in_port; without it, or where it gives nil, the number is printed.
    public static func describe(
        _ key: FlowKey, mask: FlowMask, portName: ((UInt32) -> String?)? = nil
    ) -> String {
        let writer = FlowFormatWriter(key: key, mask: mask)
        let port = key.host32(FlowField.inPort)
        var parts = host("skb_priority", FlowField.skbPriority, key, mask) + writer.tunnel()
        parts += host("skb_mark", FlowField.packetMark, key, mask)
        parts.append("recirc_id(\(number(key.host32(FlowField.recircID), mask.host32(FlowField.recircID), hex: true)))")
        parts += host("dp_hash", FlowField.datapathHash, key, mask)
        if mask.host32(FlowField.inPort) != 0 { parts.append("in_port(\(portName?(port) ?? String(port)))") }
        let type = key.host32(FlowField.packetType)
        parts.append("packet_type(ns=\(type >> 16),id=\(TextNumber.alternateHex(type & 0xffff)))")
        parts += group(
            "eth", [writer.mac("src", FlowField.ethernetSource), writer.mac("dst", FlowField.ethernetDestination)])
        return (parts + layers(writer, tag: FlowField.outerTPID)).joined(separator: ",")
    }

    /// A word of metadata, if any of it counts.
    private static func host(_ name: String, _ offset: Int, _ key: FlowKey, _ mask: FlowMask) -> [String] {
        guard mask.host32(offset) != 0 else { return [] }
        return ["\(name)(\(number(key.host32(offset), mask.host32(offset), hex: true)))"]
    }

    /// The tags from the one at `tag` on, and what they hold.
    private static func layers(_ writer: FlowFormatWriter, tag: Int) -> [String] {
        let tci = tag + 2
        guard tag <= FlowField.innerTPID, writer.key.u16(tci) & FlowField.vlanPresent != 0, writer.mask.u16(tci) != 0
        else {
            var parts = type(writer.key.u16(FlowField.ethernetType), writer.mask.u16(FlowField.ethernetType))
            parts += writer.network()
            return parts
        }
        let value = writer.key.u16(tci)
        let bits = writer.mask.u16(tci)
        var fields: [String?] = []
        if bits & 0xfff != 0 { fields.append("vid=\(number(value & 0xfff, bits & 0xfff, full: 0xfff))") }
        if bits >> 13 != 0 { fields.append("pcp=\(number(value >> 13, bits >> 13, full: 7))") }
        // TPIDs that the mask leaves open are still printed: without one, a reader cannot place the tag.
        return type(writer.key.u16(tag), .max) + ["vlan(\(fields.compactMap { $0 }.joined(separator: ",")))"]
            + ["encap(\(layers(writer, tag: tag + 4).joined(separator: ",")))"]
    }

    private static func type(_ value: UInt16, _ bits: UInt16) -> [String] {
        guard bits != 0 else { return [] }
        // What has no Ethernet type is told by the mask alone.
        guard value != EtherType.none else { return ["eth_type(0/0x\(padded(bits)))"] }
        let text = "0x" + padded(value)
        return ["eth_type(\(bits == .max ? text : text + "/0x" + padded(bits)))"]
    }

    private static func padded(_ value: UInt16) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// `name(a,b)`, or nothing if no field counts.
    static func group(_ name: String, _ fields: [String?]) -> [String] {
        let present = fields.compactMap { $0 }
        return present.isEmpty ? [] : ["\(name)(\(present.joined(separator: ",")))"]
    }

    /// A number, with its mask if that is not `full`.
    static func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ value: Number, _ bits: Number, full: Number = .max, hex: Bool = false
    ) -> String {
        let text = hex && value != 0 ? "0x" + String(value, radix: 16) : String(value)
        return bits == full || bits == 0 ? text : text + "/0x" + String(bits, radix: 16)
    }
}
