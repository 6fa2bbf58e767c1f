/// Reads what stands between the quotes of a string on a command line, where JSON's escapes count but a parser of JSON
/// says too little about what is wrong with them.
struct StringUnescaper {
    private var rest: Substring.UTF8View

    init(_ text: Substring.UTF8View) {
        rest = text
    }

    /// - Throws: code ``OVSDBError/Code/syntax``.
    mutating func run() throws(OVSDBError) -> String {
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): throw Self.failure("quoted string may not include unescaped \"")
            case UInt8(ascii: "\\"): try escape(&text)
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape(_ text: inout [UInt8]) throws(OVSDBError) {
        guard let letter = rest.popFirst() else { throw Self.failure("quoted string may not end with backslash") }
        if letter == UInt8(ascii: "u") {
            text += Array(String(Character(try character())).utf8)
        } else if let byte = JSONEscape.byte(for: letter) {
            text.append(byte)
        } else {
            throw Self.failure("bad escape \\\(Character(UnicodeScalar(letter)))")
        }
    }

    private mutating func character() throws(OVSDBError) -> UnicodeScalar {
        let first = try unit()
        if let scalar = UnicodeScalar(first) { return scalar }
        guard 0xD800..<0xDC00 ~= first else { return "\u{FFFD}" }
        guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u") else {
            throw Self.failure("malformed escaped surrogate pair")
        }
        let second = try unit()
        guard 0xDC00..<0xE000 ~= second else {
            throw Self.failure("second half of escaped surrogate pair is not trailing surrogate")
        }
        return UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func unit() throws(OVSDBError) -> UInt32 {
        let digits = rest.prefix(4)
        guard digits.count == 4 else { throw Self.failure("quoted string ends within \\u escape") }
        rest = rest.dropFirst(4)
        guard digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
            let value = UInt32(Substring(digits), radix: 16)
        else { throw Self.failure("malformed \\u escape") }
        guard value != 0 else { throw Self.failure("null bytes not supported in quoted strings") }
        return value
    }

    private static func failure(_ text: String) -> OVSDBError { OVSDBError(.syntax, text) }
}
