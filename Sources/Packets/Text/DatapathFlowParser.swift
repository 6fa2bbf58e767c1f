/// Reads what ``DatapathFlowFormat`` writes: `in_port(1),eth(src=…),eth_type(0x0800),ipv4(dst=10.0.0.1/255.0.0.0)`, the
/// form in which `dpctl/add-flow` and `ofproto/trace` take flows of the datapath (OVS: odp_flow_from_string).
public struct DatapathFlowParser {
    /// A key, zero outside of its mask; what is not said does not count.
    public struct Flow: Sendable, Equatable {
        public var key = FlowKey()
        public var mask = FlowMask()
        /// Those of the tunnel, which only a bridge can put into its key.
        public var options: [TunnelOption] = []
    }

    private var flow = Flow()
    private let portNumber: (String) -> UInt32?
    /// The Ethernet type of the network header that was told.
    private var impliedType: UInt16?
    /// How many tags have been read.
    private var tags = 0

    /// - Parameter portNumber: ports by name; without it, or where it gives nil, only numbers are understood.
    /// - Throws: for what is not an attribute, or not a value of its.
    public static func parse(
        _ text: some StringProtocol, portNumber: @escaping (String) -> UInt32? = { _ in nil }
    ) throws(TextError) -> Flow {
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            guard depth >= 0, depth <= 8 else { throw TextError("syntax error at \(text)") }
        }
        guard depth == 0 else { throw TextError("syntax error at \(text)") }
        var parser = DatapathFlowParser(portNumber: portNumber)
        // Long flows are written in lines.
        try parser.attributes(String(text.filter { !$0.isNewline }))
        if parser.flow.key.u16(FlowField.ethernetType) == 0, parser.flow.mask.u16(FlowField.ethernetType) == 0 {
            // No type was said: that of the header that was, or a frame that has none.
            parser.flow.key.setU16(FlowField.ethernetType, parser.impliedType ?? EtherType.none)
            parser.flow.mask.setU16(FlowField.ethernetType, .max)
        }
        return parser.flow
    }

    private init(portNumber: @escaping (String) -> UInt32?) { self.portNumber = portNumber }

    private mutating func attributes(_ text: some StringProtocol) throws(TextError) {
        for pair in KeyValueScanner.pairs(of: text) {
            // The name of a flow, as dumps put it in front.
            if pair.key == "ufid", !pair.isParenthesised { continue }
            do throws(TextError) {
                guard pair.isParenthesised else { throw TextError(pair.key) }
                try attribute(pair)
            } catch {
                throw TextError("syntax error at \(pair.rest)")
            }
        }
    }

    private mutating func attribute(_ pair: KeyValueScanner.Pair) throws(TextError) {
        switch pair.key {
        case "skb_priority": try host(FlowField.skbPriority, pair.value)
        case "skb_mark": try host(FlowField.packetMark, pair.value)
        case "recirc_id": try host(FlowField.recircID, pair.value)
        case "dp_hash": try host(FlowField.datapathHash, pair.value)
        case "ct_mark": try host(FlowField.ctMark, pair.value)
        case "ct_state":
            let (flags, mask) = try FlagNames.connection.parse(pair.value)
            flow.put32(FlowField.ctState, flags, mask ?? .max)
        case "ct_zone":
            let (value, mask) = try number(pair.value, as: UInt16.self)
            flow.key[FlowField.ctZone >> 3] |= UInt64(value & mask)
            flow.mask[FlowField.ctZone >> 3] |= UInt64(mask)
        case "ct_label":
            // No packet has a connection yet, and so none has a label.
            guard try number(pair.value, as: UInt128.self).0 == 0 else { throw TextError(pair.key) }
        case "in_port": try inPort(pair.value)
        case "packet_type": try packetType(pair.value)
        case "eth_type":
            let (value, mask) = try number(pair.value, as: UInt16.self)
            // "0/0xffff" says that there is none.
            flow.putU16(FlowField.ethernetType, value == 0 && mask == .max ? EtherType.none : value, mask)
        case "vlan": try vlan(pair.value)
        case "encap":
            guard tags > 0, tags <= FlowField.vlanHeaders else { throw TextError(pair.key) }
            try attributes(pair.value)
        case "mpls": try mpls(pair.value)
        case "tcp_flags":
            let (flags, mask) = try FlagNames.tcp.parse(pair.value)
            let bits = UInt16(truncatingIfNeeded: mask ?? 0xfff) & 0xfff
            flow.putU16(FlowField.tcpFlags, UInt16(truncatingIfNeeded: flags), bits == 0xfff ? .max : bits)
        default:
            guard let fields = DatapathFlowField.fields(of: pair.key) else { throw TextError(pair.key) }
            impliedType =
                ["ipv4": EtherType.ipv4, "ipv6": EtherType.ipv6, "arp": EtherType.arp][pair.key] ?? impliedType
            for field in KeyValueScanner.pairs(of: pair.value) {
                if pair.key == "tunnel", try tunnel(field) { continue }
                guard let known = fields.first(where: { $0.name == field.key }) else { throw TextError(field.key) }
                try known.parse(field.value, into: &flow)
            }
        }
    }

    private func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ text: some StringProtocol, as type: Number.Type
    ) throws(TextError) -> (Number, Number) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let value = TextNumber.parse(first, as: type) else { throw TextError("\(text)") }
        guard parts.count == 2 else { return (value, .max) }
        guard let mask = TextNumber.parse(parts[1], as: type) else { throw TextError("\(text)") }
        return (value, mask)
    }

    private mutating func host(_ offset: Int, _ text: Substring) throws(TextError) {
        let (value, mask) = try number(text, as: UInt32.self)
        flow.put32(offset, value, mask)
    }

    private mutating func inPort(_ text: Substring) throws(TextError) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let name = parts.first else { throw TextError("\(text)") }
        guard let port = TextNumber.parse(name, as: UInt32.self) ?? portNumber(String(name)) else {
            throw TextError("\(text)")
        }
        flow.put32(FlowField.inPort, port, .max)
    }

    private mutating func packetType(_ text: Substring) throws(TextError) {
        var value: UInt32 = 0
        for field in KeyValueScanner.pairs(of: text) {
            let number = UInt32(try number(field.value, as: UInt16.self).0)
            switch field.key {
            case "ns": value |= number << 16
            case "id": value |= number
            default: throw TextError(field.key)
            }
        }
        flow.put32(FlowField.packetType, value, .max)
    }

    /// A tag, whose TPID is the type that was told before; the type inside comes behind.
    private mutating func vlan(_ text: Substring) throws(TextError) {
        guard tags < FlowField.vlanHeaders else { throw TextError("\(text)") }
        var value = FlowField.vlanPresent
        var mask = FlowField.vlanPresent
        for field in KeyValueScanner.pairs(of: text) {
            let (number, bits) = try number(field.value, as: UInt16.self)
            switch field.key {
            case "vid" where number < 4096:
                value |= number
                mask |= bits & 0xfff
            case "pcp" where number < 8:
                value |= number << 13
                mask |= (bits & 7) << 13
            case "cfi" where number < 2:
                if number == 0 { value &= ~FlowField.vlanPresent }
            default: throw TextError(field.key)
            }
        }
        let offset = FlowField.outerTPID + 4 * tags
        flow.putU16(offset, flow.key.u16(FlowField.ethernetType), flow.mask.u16(FlowField.ethernetType))
        flow.putU16(offset + 2, value, mask)
        flow.putU16(FlowField.ethernetType, 0, 0)
        tags += 1
    }

    private mutating func mpls(_ text: Substring) throws(TextError) {
        var offset = FlowField.mplsEntry0 - 4
        for field in KeyValueScanner.pairs(of: text) {
            let (value, mask) = try number(field.value, as: UInt32.self)
            let (shift, full): (UInt32, UInt32)
            switch field.key {
            case "label": (shift, full) = (12, 0xf_ffff)
            case "tc": (shift, full) = (9, 7)
            case "ttl": (shift, full) = (0, 0xff)
            case "bos": (shift, full) = (8, 1)
            default: throw TextError(field.key)
            }
            if field.key == "label" { offset += 4 }
            guard value <= full, offset >= FlowField.mplsEntry0, offset <= FlowField.mplsEntry2 else {
                throw TextError(field.key)
            }
            let bits = (mask & full) << shift
            flow.key.setU32(offset, flow.key.u32(offset) | value << shift & bits)
            flow.mask.setU32(offset, flow.mask.u32(offset) | bits)
        }
    }

    /// The parts of a tunnel that stand in host order; false for others.
    private mutating func tunnel(_ field: KeyValueScanner.Pair) throws(TextError) -> Bool {
        switch field.key {
        case "tun_id":
            let (value, mask) = try number(field.value, as: UInt64.self)
            flow.key[FlowField.tunnelID >> 3] = value & mask
            flow.mask[FlowField.tunnelID >> 3] = mask
        case "flags":
            let (flags, mask) = try FlagNames.tunnelInternal.parse(field.value)
            let bits = UInt8(truncatingIfNeeded: mask ?? 0xf)
            flow.key.setU8(FlowField.tunnelFlags, UInt8(truncatingIfNeeded: flags) & bits)
            flow.mask.setU8(FlowField.tunnelFlags, bits)
        case "geneve" where field.isParenthesised:
            flow.options = try TunnelOption.parse(field.value)
        default:
            return false
        }
        return true
    }
}

extension DatapathFlowParser.Flow {
    mutating func put32(_ offset: Int, _ value: UInt32, _ bits: UInt32) {
        key.setHost32(offset, value & bits)
        mask.setHost32(offset, bits)
    }

    mutating func putU8(_ offset: Int, _ value: UInt8, _ bits: UInt8) {
        key.setU8(offset, value & bits)
        mask.setU8(offset, bits)
    }

    mutating func putU16(_ offset: Int, _ value: UInt16, _ bits: UInt16) {
        key.setU16(offset, value & bits)
        mask.setU16(offset, bits)
    }

    mutating func putU32(_ offset: Int, _ value: UInt32, _ bits: UInt32) {
        key.setU32(offset, value & bits)
        mask.setU32(offset, bits)
    }
}
