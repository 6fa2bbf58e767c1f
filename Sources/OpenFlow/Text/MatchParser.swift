import Packets

/// Reads flows from text, in the syntax of ovs-fields(7) and ovs-ofctl(8): `in_port=1,tcp,nw_src=10.0.0.0/8`.
public enum MatchParser {
    /// A packet's key, every field exact, as `ofproto/trace` takes it (OVS: parse_ofp_exact_flow). in_port is none
    /// (0xffff) if the text does not say.
    ///
    /// - Parameter options: the bridge's fields for options of tunnels; others are passed over.
    public static func parsePacket(
        _ text: some StringProtocol, options: TunnelOptions? = nil, portNumber: FieldText.PortNumber = { _ in nil }
    ) throws(TextError) -> FlowKey {
        var key = FlowKey()
        for pair in KeyValueScanner.pairs(of: text) {
            if let kind = ProtocolName.named(pair.key) {
                guard key.u16(FlowField.ethernetType) == 0 else {
                    throw TextError("\(text): Ethernet type set multiple times")
                }
                key.setU16(FlowField.ethernetType, kind.type)
                guard kind.number != 0 else { continue }
                guard key.u8(FlowField.networkProtocol) == 0 else {
                    throw TextError("\(text): network protocol set multiple times")
                }
                key.setU8(FlowField.networkProtocol, kind.number)
            } else if pair.key == "eth" {
                continue
            } else if let number = TunnelOptions.number(of: pair.key) {
                if let field = options?[number] { try setOption(field, pair, of: text, in: &key) }
            } else {
                try set(pair, of: text, in: &key, portNumber)
            }
        }
        if key.host32(FlowField.inPort) == 0 {
            key.setHost32(FlowField.inPort, UInt32(OpenFlowPort.none.rawValue))
        }
        return key
    }

    private static func setOption(
        _ field: MatchField, _ pair: KeyValueScanner.Pair, of text: some StringProtocol, in key: inout FlowKey
    ) throws(TextError) {
        guard field.isWild(in: key) else { throw TextError("\(text): field \(pair.key) set multiple times") }
        do throws(TextError) {
            let (value, mask) = try FieldText.parseOption(field, pair.value)
            guard mask == FieldValue(ones: field.bits) else {
                throw TextError("\(pair.value): wildcards not allowed here")
            }
            for part in 0..<field.partCount { field.set(value.part(part), part: part, in: &key) }
        } catch {
            throw TextError("\(text): bad value for \(pair.key) (\(error.message))")
        }
    }

    private static func set(
        _ pair: KeyValueScanner.Pair, of text: some StringProtocol, in key: inout FlowKey,
        _ portNumber: FieldText.PortNumber
    ) throws(TextError) {
        let candidates = (transportNames[pair.key] ?? [pair.key]).compactMap { MatchField.named($0) }
        guard let field = candidates.first(where: { $0.isPrerequisiteMet(by: key) }) ?? candidates.first else {
            throw TextError("\(text): unknown field \(pair.key)")
        }
        guard field.isPrerequisiteMet(by: key) else {
            throw TextError("\(text): prerequisites not met for setting \(pair.key)")
        }
        guard !field.isSet(in: key) else { throw TextError("\(text): field \(pair.key) set multiple times") }
        do throws(TextError) {
            field.write(try FieldText.parseValue(field, pair.value, portNumber: portNumber), in: &key)
        } catch {
            throw TextError("\(text): bad value for \(pair.key) (\(error.message))")
        }
    }

    /// A match, with masks; `priority=`, `table=` and the like are not its affair: give what is in front of them, or
    /// take
    /// ``KeyValueScanner`` yourself.
    public static func parse(
        _ text: some StringProtocol, portNumber: FieldText.PortNumber = { _ in nil }
    ) throws(TextError) -> Match {
        var match = Match()
        for pair in KeyValueScanner.pairs(of: text) {
            guard try add(pair, to: &match, portNumber: portNumber) else {
                throw TextError("unknown keyword \(pair.key)")
            }
        }
        return match
    }

    /// Adds one field or word to a match (OVS: ofp_parse_field); false if there is none of this name.
    ///
    /// - Throws: for a value that the field does not take, or a field whose prerequisites the match does not meet.
    public static func add(
        _ pair: KeyValueScanner.Pair, to match: inout Match, portNumber: FieldText.PortNumber = { _ in nil }
    ) throws(TextError) -> Bool {
        if let kind = ProtocolName.named(pair.key) {
            match.set("eth_type", UInt128(kind.type))
            if kind.number != 0 { match.set("nw_proto", UInt128(kind.number)) }
            return true
        }
        if pair.key == "eth" {
            match.set("packet_type", 0)
            return true
        }
        if let alternatives = transportNames[pair.key] {
            // tp_src and tp_dst stand for the field of whatever protocol is matched.
            for name in alternatives {
                guard let field = MatchField.named(name), field.prerequisite.isMet(by: match) else { continue }
                try add(field, pair.value, to: &match, portNumber)
                return true
            }
            throw TextError("\(pair.key): prerequisites not met")
        }
        guard let field = MatchField.named(pair.key) else { return false }
        try add(field, pair.value, to: &match, portNumber)
        return true
    }

    private static let transportNames: [String: [String]] = [
        "tp_src": ["tcp_src", "udp_src", "sctp_src", "icmp_type", "icmpv6_type"],
        "tp_dst": ["tcp_dst", "udp_dst", "sctp_dst", "icmp_code", "icmpv6_code"],
    ]

    private static func add(
        _ field: MatchField, _ text: Substring, to match: inout Match, _ portNumber: FieldText.PortNumber
    ) throws(TextError) {
        // icmp_type and icmp_code serve both versions of the protocol.
        var field = field
        if field.prerequisite == .icmpv4, !field.prerequisite.isMet(by: match),
            let other = MatchField.named(field.name == "icmp_type" ? "icmpv6_type" : "icmpv6_code")
        {
            field = other
        }
        if field.name == "dl_vlan", text == "0xffff" || text == "65535" {
            match.set("vlan_tci", 0)
            return
        }
        let (value, mask) = try FieldText.parse(field, text, portNumber: portNumber)
        guard field.isValid(value) else { throw TextError("\(text): invalid value for field \(field.name)") }
        guard field.prerequisite.isMet(by: match) else {
            throw TextError("\(field.name): prerequisites not met")
        }
        match.set(field, value, mask: mask)
    }
}

extension Match {
    fileprivate mutating func set(_ name: String, _ value: UInt128) {
        guard let field = MatchField.named(name) else { return }
        set(field, value)
    }
}

extension MatchField {
    /// Whether a key has a value there other than zero (OVS: mf_is_set).
    fileprivate func isSet(in key: FlowKey) -> Bool {
        // A priority is set beside an identifier, both beside the bit that says that there is a tag.
        if name == "vlan_vid" || name == "dl_vlan" { return get(key) & 0xfff != 0 }
        return get(key) != 0
    }
}
