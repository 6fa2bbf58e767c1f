/// Compact text in the manner of OVS: no blanks, non-ASCII characters as they are.
extension JSON {
    /// The value as text, the members of objects sorted by name, so that equal values give equal texts.
    public var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes, sorted: true)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value as UTF-8 text to `bytes`.
    ///
    /// - Parameter sorted: whether the members of objects are sorted by name; without it their order is arbitrary.
    public func write(to bytes: inout [UInt8], sorted: Bool = false) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        // JSON has no word for infinities and NaN. Whole numbers have no fraction, as OVS writes them.
        case .real(let number):
            if let whole = Int64(exactly: number), number.magnitude < 1e15 {
                bytes.append(contentsOf: String(whole).utf8)
            } else {
                bytes.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
            }
        case .string(let text): Self.write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                element.write(to: &bytes, sorted: sorted)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            if sorted {
                var isFirst = true
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    value.writeMember(name, isFirst: &isFirst, to: &bytes, sorted: true)
                }
            } else {
                var isFirst = true
                for (name, value) in members {
                    value.writeMember(name, isFirst: &isFirst, to: &bytes, sorted: false)
                }
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private func writeMember(_ name: String, isFirst: inout Bool, to bytes: inout [UInt8], sorted: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        Self.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        write(to: &bytes, sorted: sorted)
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x20...: bytes.append(byte)
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            default:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
