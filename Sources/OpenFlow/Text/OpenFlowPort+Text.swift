import Packets

extension OpenFlowPort {
    private static let reserved: [(port: OpenFlowPort, name: String)] = [
        (.inPort, "IN_PORT"), (.table, "TABLE"), (.normal, "NORMAL"), (.flood, "FLOOD"), (.all, "ALL"),
        (.controller, "CONTROLLER"), (.local, "LOCAL"), (.none, "ANY"), (.unset, "UNSET"),
    ]

    /// The name of a reserved port, else what `name` says, quoted if need be, else the number (OVS:
    /// ofputil_format_port).
    public func text(_ name: (OpenFlowPort) -> String? = { _ in nil }) -> String {
        if let reserved = Self.reserved.first(where: { $0.port == self }) { return reserved.name }
        guard let name = name(self) else { return String(rawValue) }
        return Self.needsQuotes(name) ? Self.quoted(name) : name
    }

    /// A number, a reserved port's name in any case, or a port's name, perhaps in quotes; nil if there is none (OVS:
    /// ofputil_port_from_string).
    public init?(text: some StringProtocol, number: (String) -> OpenFlowPort? = { _ in nil }) {
        if let value = UInt32(text) {
            if value <= UInt32(UInt16.max) {
                self.init(rawValue: UInt16(truncatingIfNeeded: value))
            } else if value >= 0xffff_ff00 {
                self.init(rawValue: UInt16(truncatingIfNeeded: value))
            } else {
                return nil
            }
            return
        }
        let upper = text.uppercased()
        if upper == "NONE" {
            self = .none
        } else if let reserved = Self.reserved.first(where: { $0.name == upper }) {
            self = reserved.port
        } else {
            let isQuoted = text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
            guard let port = number(isQuoted ? String(text.dropFirst().dropLast()) : String(text)) else { return nil }
            self = port
        }
    }

    /// Whether a name could be taken for something else in a list of fields.
    private static func needsQuotes(_ name: String) -> Bool {
        guard let first = name.first, first.isASCII, first.isLetter else { return true }
        return !name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    private static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{0}"..<" ":
                text += "\\u" + TextNumber.padded(scalar.value, radix: 16, digits: 4)
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
