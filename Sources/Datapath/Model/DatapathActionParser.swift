import Packets

/// Reads programs as `ovs-appctl dpctl/add-flow` takes them: numbers of ports, and the actions that need no more than
/// numbers.
public struct DatapathActionParser {
    private var rest: Substring
    private var depth = 0
    /// Lists within lists.
    private static let deepest = 8

    private init(_ text: String) { rest = text[...] }

    /// The program; nil when there is something in it that is not understood.
    public static func parse(_ text: String) -> [DatapathAction]? {
        let trimmed = text.filter { !$0.isWhitespace }
        if trimmed == "drop" || trimmed.isEmpty { return [] }
        var parser = DatapathActionParser(trimmed)
        guard let actions = parser.list(), parser.rest.isEmpty else { return nil }
        return actions
    }

    private mutating func list() -> [DatapathAction]? {
        guard depth < Self.deepest else { return nil }
        depth += 1
        defer { depth -= 1 }
        var actions: [DatapathAction] = []
        while !rest.isEmpty, rest.first != ")" {
            guard let action = action() else { return nil }
            actions.append(action)
            if rest.first == "," { rest.removeFirst() }
        }
        return actions
    }

    private mutating func action() -> DatapathAction? {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        rest = rest.dropFirst(word.count)
        if let number = UInt32(word) {
            return number < UInt32(PortID.limit) ? .output(PortID(rawValue: number)) : nil
        }
        switch word {
        case "pop_vlan": return .popVLAN
        case "push_vlan": return fields().flatMap(Self.pushVLAN)
        case "pop_mpls": return fields()?["eth_type"].flatMap { UInt16(exactly: $0) }.map { .popMPLS(etherType: $0) }
        case "push_mpls": return fields().flatMap(Self.pushMPLS)
        case "copy_ttl_out": return .copyTTLOut
        case "copy_ttl_in": return .copyTTLIn
        case "trunc": return argument().map { .truncate($0) }
        case "meter": return argument().map { .meter($0) }
        case "recirc": return argument().map { .recirculate($0) }
        case "clone": return nested().map { .clone($0) }
        case "hash": return hash()
        default: return nil
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func number() -> UInt32? {
        let word = rest.prefix { $0.isHexDigit || $0 == "x" }
        rest = rest.dropFirst(word.count)
        return word.hasPrefix("0x") ? UInt32(word.dropFirst(2), radix: 16) : UInt32(word)
    }

    private mutating func argument() -> UInt32? {
        guard take("("), let value = number(), take(")") else { return nil }
        return value
    }

    private mutating func nested() -> [DatapathAction]? {
        guard take("("), let actions = list(), take(")") else { return nil }
        return actions
    }

    /// `(name=number,…)`.
    private mutating func fields() -> [String: UInt32]? {
        guard take("(") else { return nil }
        var result: [String: UInt32] = [:]
        while !take(")") {
            let name = rest.prefix { $0 != "=" && $0 != ")" }
            rest = rest.dropFirst(name.count)
            guard take("="), let value = number() else { return nil }
            result[String(name)] = value
            _ = take(",")
        }
        return result
    }

    private mutating func hash() -> DatapathAction? {
        guard take("(") else { return nil }
        let name = rest.prefix { $0 != "(" }
        rest = rest.dropFirst(name.count)
        guard let basis = argument(), take(")") else { return nil }
        switch name {
        case "hash_l4": return .hash(DatapathHash(algorithm: .l4, basis: basis))
        case "sym_l4": return .hash(DatapathHash(algorithm: .symmetricL4, basis: basis))
        default: return nil
        }
    }

    private static func pushVLAN(_ fields: [String: UInt32]) -> DatapathAction? {
        let vid = fields["vid"] ?? 0
        let priority = fields["pcp"] ?? 0
        guard vid < 4096, priority < 8, let tpid = UInt16(exactly: fields["tpid"] ?? UInt32(EtherType.vlan)) else {
            return nil
        }
        let present: UInt32 = fields["cfi"] == 0 ? 0 : UInt32(FlowField.vlanPresent)
        return .pushVLAN(tpid: tpid, tci: UInt16(truncatingIfNeeded: priority << 13 | present | vid))
    }

    private static func pushMPLS(_ fields: [String: UInt32]) -> DatapathAction? {
        let label = fields["label"] ?? 0
        guard label < 1 << 20, let type = fields["eth_type"].flatMap({ UInt16(exactly: $0) }) else { return nil }
        let entry =
            label << 12 | (fields["tc"] ?? 0) & 7 << 9 | (fields["bos"] ?? 0) & 1 << 8 | (fields["ttl"] ?? 0) & 0xff
        return .pushMPLS(etherType: type, entry: entry)
    }
}
