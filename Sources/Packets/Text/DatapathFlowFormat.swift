/// A key under its mask as text, as `ovs-appctl dpctl/dump-flows` prints the match of a datapath flow.
///
/// Fields that do not count are left out; those that count in part get their mask behind a slash.
public enum DatapathFlowFormat {
    /// - Parameters:
    ///   - showsAll: fields that do not count are there too, under a mask of zero (`dpctl/dump-flows -m`).
    ///   - portName: names for in_port; without it, or where it gives nil, the number is printed.
    public static func describe(
        _ key: FlowKey, mask: FlowMask, showsAll: Bool = false, portName: ((UInt32) -> String?)? = nil
    ) -> String {
        // A flow for packets that are alike in everything: they have no metadata either.
        let isExact = (1..<FlowField.datapathHash >> 3).allSatisfy { mask[$0] == .max }
        var mask = mask
        if isExact {
            for offset in [FlowField.skbPriority, FlowField.packetMark, FlowField.datapathHash] {
                mask.setHost32(offset, .max)
            }
        }
        let writer = FlowFormatWriter(key: key, mask: mask, showsAll: showsAll)
        let port = key.host32(FlowField.inPort)
        var parts = host("skb_priority", FlowField.skbPriority, key, mask, showsAll) + writer.tunnel()
        parts += host("skb_mark", FlowField.packetMark, key, mask, showsAll)
        if isExact {
            parts.append("ct_state(\(showsAll ? "0/0xff" : "-new-est-rel-rpl-inv-trk-snat-dnat"))")
            parts += ["ct_zone(0)", "ct_mark(0)", "ct_label(0)"]
        } else if showsAll {
            parts += ["ct_state(0/0)", "ct_zone(0/0)", "ct_mark(0/0)", "ct_label(0/0)"]
        }
        parts.append("recirc_id(\(number(key.host32(FlowField.recircID), mask.host32(FlowField.recircID), hex: true)))")
        parts += host("dp_hash", FlowField.datapathHash, key, mask, showsAll)
        if mask.host32(FlowField.inPort) != 0 { parts.append("in_port(\(portName?(port) ?? String(port)))") }
        let type = key.host32(FlowField.packetType)
        parts.append("packet_type(ns=\(type >> 16),id=\(TextNumber.alternateHex(type & 0xffff)))")
        parts += group(
            "eth", [writer.mac("src", FlowField.ethernetSource), writer.mac("dst", FlowField.ethernetDestination)])
        return (parts + layers(writer, tag: FlowField.outerTPID)).joined(separator: ",")
    }

    /// A word of metadata, if any of it counts.
    private static func host(
        _ name: String, _ offset: Int, _ key: FlowKey, _ mask: FlowMask, _ showsAll: Bool
    ) -> [String] {
        guard mask.host32(offset) != 0 else {
            return showsAll ? ["\(name)(\(number(key.host32(offset), 0, hex: true))/0)"] : []
        }
        return ["\(name)(\(number(key.host32(offset), mask.host32(offset), hex: true)))"]
    }

    /// The tags from the one at `tag` on, and what they hold.
    private static func layers(_ writer: FlowFormatWriter, tag: Int) -> [String] {
        let tci = tag + 2
        guard tag <= FlowField.innerTPID, writer.key.u16(tci) & FlowField.vlanPresent != 0,
            writer.mask.u16(tci) != 0 || writer.showsAll
        else {
            var parts = type(writer.key.u16(FlowField.ethernetType), writer.mask.u16(FlowField.ethernetType))
            parts += writer.network()
            return parts
        }
        let value = writer.key.u16(tci)
        let bits = writer.mask.u16(tci)
        var fields: [String?] = []
        func part(_ name: String, _ value: UInt16, _ bits: UInt16, full: UInt16) {
            guard writer.showsAll || value != 0 || bits != 0 else { return }
            fields.append("\(name)=\(number(value, bits, full: full))" + (bits == 0 ? "/0x0" : ""))
        }
        part("vid", value & 0xfff, bits & 0xfff, full: 0xfff)
        part("pcp", value >> 13, bits >> 13, full: 7)
        // TPIDs that the mask leaves open are still printed: without one, a reader cannot place the tag.
        return type(writer.key.u16(tag), .max) + ["vlan(\(fields.compactMap { $0 }.joined(separator: ",")))"]
            + ["encap(\(layers(writer, tag: tag + 4).joined(separator: ",")))"]
    }

    private static func type(_ value: UInt16, _ bits: UInt16) -> [String] {
        guard bits != 0 else { return [] }
        // What has no Ethernet type is told by the mask alone.
        let mask = TextNumber.hex(bits, digits: 4)
        guard value != EtherType.none else { return ["eth_type(0/\(mask))"] }
        let text = TextNumber.hex(value, digits: 4)
        return ["eth_type(\(bits == .max ? text : text + "/" + mask))"]
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
