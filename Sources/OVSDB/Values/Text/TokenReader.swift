/// Takes a command line's argument apart: names of columns, keys and values between delimiters.
package struct TokenReader {
    private var bytes: ArraySlice<UInt8>

    /// A reader at the start of `text`.
    package init(_ text: String) {
        bytes = Array(text.utf8)[...]
    }

    /// The next byte; nil at the end.
    package var next: UInt8? { bytes.first }

    /// What has not been read.
    package var rest: String { String(decoding: bytes, as: UTF8.self) }

    /// Goes a byte further.
    package mutating func advance() { bytes = bytes.dropFirst() }

    /// Goes behind the blanks that follow.
    package mutating func skipBlanks() { bytes = bytes.drop { Self.isBlank($0) } }

    /// The text up to the next delimiter, empty when one follows at once.
    ///
    /// A backslash before a delimiter takes its meaning away and disappears. Between quotes delimiters mean nothing;
    /// quotes stay, as do backslashes between them.
    ///
    /// - Throws: code ``OVSDBError/Code/syntax``.
    package mutating func token() throws(OVSDBError) -> String {
        let start = rest
        var token: [UInt8] = []
        var isQuoted = false
        while let byte = bytes.first, isQuoted || !Self.isDelimiter(byte) {
            bytes = bytes.dropFirst()
            if byte == UInt8(ascii: "\\") {
                if isQuoted { token.append(byte) }
                guard let escaped = bytes.popFirst() else {
                    throw OVSDBError(.syntax, "\(start): backslash at end of argument")
                }
                token.append(escaped)
            } else {
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                token.append(byte)
            }
        }
        if isQuoted { throw OVSDBError(.syntax, "\(start): quoted string extends past end of argument") }
        return String(decoding: token, as: UTF8.self)
    }

    /// Whether a byte ends a token.
    package static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "!"), UInt8(ascii: "<"),
            UInt8(ascii: ">"):
            true
        default: false
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || 9...13 ~= byte }
}
