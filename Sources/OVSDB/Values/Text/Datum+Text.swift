import Glibc

/// Types and values as error texts spell them.
extension ColumnType {
    /// "integer", "set of up to 3 strings", "map of (string, string) pairs".
    package var english: String {
        if isScalar { return key.kind.rawValue }
        let size =
            if maximum == .max {
                minimum > 0 ? " of \(minimum) or more" : " of"
            } else if minimum > 0 {
                " of \(minimum) to \(maximum)"
            } else {
                " of up to \(maximum)"
            }
        guard let value else { return "set\(size) \(key.kind.rawValue)s" }
        return "map\(size) (\(key.kind.rawValue), \(value.kind.rawValue)) pairs"
    }

    /// The greatest number of elements as error texts name it: "unlimited" is 2^32 - 1 there.
    package var maximumText: String { maximum == .max ? "4294967295" : String(maximum) }
}

extension Atom {
    /// The atom as `ovs-vsctl` would take it: strings in quotes where that is needed.
    package var commandText: String {
        switch self {
        case .integer(let number): String(number)
        case .real(let number): Self.short(number)
        case .boolean(let value): value ? "true" : "false"
        case .uuid(let uuid): uuid.description
        case .string(let text), .named(let text): Self.needsQuotes(text) ? JSON.string(text).text : text
        }
    }

    /// The atom without quotes.
    package var bareText: String { if case .string(let text) = self { text } else { commandText } }

    /// 15 significant digits, as `%.15g` gives them.
    package static func short(_ number: Double) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let base = buffer.baseAddress else { return "\(number)" }
            let length = withVaList([number]) { vsnprintf(base, 64, "%.15g", $0) }
            guard length > 0 else { return "\(number)" }
            return String(cString: base)
        }
    }

    private static func needsQuotes(_ text: String) -> Bool {
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if index == 0 { return true }
            default: return true
            }
        }
        return text.isEmpty || text == "true" || text == "false" || UUIDValue(text) != nil
    }
}

extension Datum {
    /// The value as `ovs-vsctl` would take it.
    package func commandText(_ type: ColumnType) -> String {
        let elements: [String] =
            if let values {
                zip(keys, values).map { "\($0.commandText)=\($1.commandText)" }
            } else {
                keys.map(\.commandText)
            }
        let text = elements.joined(separator: ", ")
        guard type.maximum > 1 || isEmpty else { return text }
        return type.value == nil ? "[\(text)]" : "{\(text)}"
    }

    /// The value for scripts, which cannot be read back: no brackets, no quotes, blanks between the elements.
    package var bareText: String {
        guard let values else { return keys.map(\.bareText).joined(separator: " ") }
        return zip(keys, values).map { "\($0.bareText)=\($1.bareText)" }.joined(separator: " ")
    }
}
