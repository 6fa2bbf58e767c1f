import Packets

/// A field's value as text, in the form that ovs-fields(7) gives under "Format" (OVS: mf_format, mf_parse).
public enum FieldText {
    /// Names for ports.
    public typealias PortName = (OpenFlowPort) -> String?
    /// Ports by name.
    public typealias PortNumber = (String) -> OpenFlowPort?

    /// `value`, or `value/mask` where the mask is not whole.
    public static func format(
        _ field: MatchField, _ value: UInt128, mask: UInt128? = nil, portName: PortName = { _ in nil }
    ) -> String {
        let significant = field.valid & field.wholeMask
        let bits = mask ?? field.wholeMask
        if bits & field.wholeMask == 0 { return "ANY" }
        let isWhole = bits & significant == significant
        switch field.format {
        case .port where isWhole:
            return OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: value)).text(portName)
        case .decimal, .port:
            return String(value) + (isWhole ? "" : "/" + TextNumber.hex(bits & field.wholeMask))
        case .hexadecimal:
            return TextNumber.hex(value) + (isWhole ? "" : "/" + TextNumber.hex(bits & field.wholeMask))
        case .ethernet:
            let address = MACAddress(number: UInt64(truncatingIfNeeded: value))
            return ethernet(address, MACAddress(number: UInt64(truncatingIfNeeded: bits)))
        case .ipv4:
            return ipv4(UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: bits))
        case .ipv6:
            return ipv6(value, bits)
        case .fragment:
            return fragment(UInt8(truncatingIfNeeded: value), mask: UInt8(truncatingIfNeeded: bits) & 3)
        case .tunnelFlags, .tcpFlags, .connectionState:
            return flags(field).format(UInt32(truncatingIfNeeded: value), mask: UInt32(truncatingIfNeeded: bits))
        case .packetType:
            return packetType(UInt32(truncatingIfNeeded: value), mask: UInt32(truncatingIfNeeded: bits))
        }
    }

    /// An option of tunnels: digits of any number.
    static func option(_ value: FieldValue, _ mask: FieldValue, _ field: MatchField) -> String {
        let ones = FieldValue(ones: field.bits)
        if field.bits > 0, mask.isZero { return "ANY" }
        return value.hexadecimal + (mask == ones ? "" : "/" + mask.hexadecimal)
    }

    /// Reads what ``option(_:_:_:)`` writes, but for ANY; of a value that is too long the lower bits count.
    static func parseOption(
        _ field: MatchField, _ text: some StringProtocol
    ) throws(TextError) -> (value: FieldValue, mask: FieldValue) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let longest = FieldValue(ones: 124 * 8)
        func part(_ index: Int, _ title: String) throws(TextError) -> FieldValue {
            guard let value = FieldValue(parts[index]) else {
                throw TextError("\(text): bad syntax for \(field.name) \(title)")
            }
            guard longest.contains(value) else {
                throw TextError("\(text): \(title) too large for 124-byte field \(field.name)")
            }
            return value.truncated(to: field.bits)
        }
        let value = try part(0, "value")
        return (value, parts.count == 1 ? FieldValue(ones: field.bits) : try part(1, "mask"))
    }

    static func ethernet(_ address: MACAddress, _ mask: MACAddress) -> String {
        mask.isBroadcast ? "\(address)" : "\(address)/\(mask)"
    }

    static func ipv4(_ address: UInt32, _ mask: UInt32) -> String {
        let text = "\(IPv4Address(number: address))"
        if mask == .max { return text }
        let netmask = IPv4Address(number: mask)
        return text + "/" + (netmask.prefixLength.map(String.init) ?? "\(netmask)")
    }

    static func ipv6(_ address: UInt128, _ mask: UInt128) -> String {
        let text = "\(self.address(address))"
        if mask == .max { return text }
        let netmask = self.address(mask)
        return text + "/" + (netmask.prefixLength.map(String.init) ?? "\(netmask)")
    }

    private static func address(_ number: UInt128) -> IPv6Address {
        IPv6Address(high: UInt64(truncatingIfNeeded: number >> 64), low: UInt64(truncatingIfNeeded: number))
    }

    static func fragment(_ value: UInt8, mask: UInt8) -> String {
        switch (mask, value & mask) {
        case (3, 0), (1, 0): "no"
        case (3, 1): "first"
        case (3, 3), (2, 2): "later"
        case (1, 1): "yes"
        case (2, 0): "not_later"
        default: "<error>"
        }
    }

    static func packetType(_ value: UInt32, mask: UInt32) -> String {
        if value == 0, mask == .max { return "eth" }
        func part(_ shift: UInt32) -> String {
            let (value, bits) = (value >> shift & 0xffff, mask >> shift & 0xffff)
            if bits == 0 { return "*" }
            let text = value > 9 ? TextNumber.hex(value) : String(value)
            return text + (bits == 0xffff ? "" : "/" + TextNumber.hex(bits))
        }
        return "packet_type=(\(part(16)),\(part(0)))"
    }

    private static func flags(_ field: MatchField) -> FlagNames {
        switch field.format {
        case .tunnelFlags: .tunnel
        case .tcpFlags: .tcp
        default: .connection
        }
    }
}

extension FieldText {
    /// Reads a value and, behind a slash, its mask; `*` stands for a mask of zero.
    ///
    /// - Returns: both as they are on the wire; a mask that is not said is ``MatchField/wholeMask``.
    public static func parse(
        _ field: MatchField, _ text: some StringProtocol, portNumber: PortNumber = { _ in nil }
    ) throws(TextError) -> (value: UInt128, mask: UInt128) {
        if text == "*" { return (0, 0) }
        let parsed = try parseByFormat(field, text, portNumber)
        guard parsed.value & ~field.wholeMask == 0, parsed.mask & ~field.wholeMask == 0 else {
            throw TextError("\(text): value too large for \(field.size)-byte field \(field.name)")
        }
        guard field.isMaskValid(parsed.mask) else { throw TextError("\(text): invalid mask for field \(field.name)") }
        return parsed
    }

    /// The same for a value without a mask.
    public static func parseValue(
        _ field: MatchField, _ text: some StringProtocol, portNumber: PortNumber = { _ in nil }
    ) throws(TextError) -> UInt128 {
        let (value, mask) = try parse(field, text, portNumber: portNumber)
        guard mask == field.wholeMask else { throw TextError("\(text): wildcards not allowed here") }
        return value
    }

    private static func parseByFormat(
        _ field: MatchField, _ text: some StringProtocol, _ portNumber: PortNumber
    ) throws(TextError) -> (value: UInt128, mask: UInt128) {
        let whole = field.wholeMask
        switch field.format {
        case .decimal, .hexadecimal:
            return try parseNumber(field, text)
        case .port:
            guard let port = OpenFlowPort(text: text, number: portNumber) else {
                throw TextError(
                    field.size == 2
                        ? "\(text): invalid or unknown port for \(field.name)"
                        : "\(text): port value out of range for \(field.name)")
            }
            return (field.size == 4 ? UInt128(port.wide) : UInt128(port.rawValue), whole)
        case .ethernet:
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let value = MACAddress(parts[0]), let mask = parts.count == 1 ? .broadcast : MACAddress(parts[1])
            else { throw TextError("\(text): invalid Ethernet address") }
            return (UInt128(value.number), UInt128(mask.number))
        case .ipv4:
            return try parseIPv4(text)
        case .ipv6:
            return try parseIPv6(text)
        case .fragment:
            switch text.lowercased() {
            case "no": return (0, whole)
            case "first": return (1, whole)
            case "later": return (3, whole)
            case "yes": return (1, 0xfd)
            case "not_later": return (0, 0xfe)
            default:
                throw TextError(
                    """
                    \(text): unknown fragment type (valid types are "no", "yes", "first", "later", "not_later"
                    """)
            }
        case .tunnelFlags, .tcpFlags, .connectionState:
            let (flags, mask) = try flags(field).parse(text)
            return (UInt128(flags), mask.map { UInt128($0) } ?? whole)
        case .packetType:
            return (try parsePacketType(text), whole)
        }
    }

    private static func parseNumber(
        _ field: MatchField, _ text: some StringProtocol
    ) throws(TextError) -> (value: UInt128, mask: UInt128) {
        func part(_ part: some StringProtocol, _ title: String) throws(TextError) -> UInt128 {
            // A negative number is told in as many bits as the field has.
            let isNegative = part.hasPrefix("-")
            guard let number = isNegative ? TextNumber.parse(part.dropFirst()) : TextNumber.parse(part) else {
                throw TextError("\(text): bad syntax for \(field.name) \(title)")
            }
            let value = isNegative ? (0 &- number) & field.wholeMask : number
            guard value & ~field.wholeMask == 0 else {
                throw TextError("\(text): \(title) too large for \(field.size)-byte field \(field.name)")
            }
            return value
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let value = try part(parts[0], "value")
        return (value, parts.count == 1 ? field.wholeMask : try part(parts[1], "mask"))
    }

    private static func parseIPv4(_ text: some StringProtocol) throws(TextError) -> (value: UInt128, mask: UInt128) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPv4Address(parts[0]) else { throw TextError("\(text): invalid IP address") }
        guard parts.count == 2 else { return (UInt128(address.number), UInt128(UInt32.max)) }
        if let mask = IPv4Address(parts[1]) { return (UInt128(address.number), UInt128(mask.number)) }
        guard let prefix = Int(parts[1]), (0...32).contains(prefix) else {
            throw TextError("\(text): IP network prefix bits not between 0 and 32, inclusive")
        }
        return (
            UInt128(address.number), UInt128(UInt32(truncatingIfNeeded: UInt64(0xffff_ffff) << UInt64(32 - prefix)))
        )
    }

    private static func parseIPv6(_ text: some StringProtocol) throws(TextError) -> (value: UInt128, mask: UInt128) {
        func number(_ address: IPv6Address) -> UInt128 { UInt128(address.high) << 64 | UInt128(address.low) }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPv6Address(parts[0]) else { throw TextError("\(text): invalid IPv6 address") }
        guard parts.count == 2 else { return (number(address), .max) }
        if let mask = IPv6Address(parts[1]) { return (number(address), number(mask)) }
        guard let prefix = Int(parts[1]), (0...128).contains(prefix) else {
            throw TextError("\(text): IPv6 network prefix bits not between 0 and 128, inclusive")
        }
        return (number(address), prefix == 0 ? 0 : UInt128.max << UInt128(128 - prefix))
    }

    private static func parsePacketType(_ text: some StringProtocol) throws(TextError) -> UInt128 {
        // What splits fields takes one parenthesis along and leaves the other.
        let inner = text.drop { $0 == "(" }.prefix { $0 != ")" }
        let parts = inner.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw TextError("\(text): bad syntax for packet type missing ','") }
        guard let space = TextNumber.parse(parts[0], as: UInt16.self) else {
            throw TextError("\(text): bad syntax for packet type ns")
        }
        guard let type = TextNumber.parse(parts[1], as: UInt16.self) else {
            throw TextError("\(text): bad syntax for packet type ns_type")
        }
        return UInt128(space) << 16 | UInt128(type)
    }
}
