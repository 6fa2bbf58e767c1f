import Glibc

/// Reads values as people write them on command lines (ovs-vsctl(8), "Database Values"). Error texts are OVS's.
package struct ValueReader {
    /// The most integers that a range stands for.
    private static let widestRange: UInt64 = 4096

    /// The row that a name beginning with "@" stands for, in a column of that type.
    private let namedRow: (String, BaseType) -> UUIDValue

    /// A reader that has names of rows explained by `namedRow`.
    package init(namedRow: @escaping (String, BaseType) -> UUIDValue) {
        self.namedRow = namedRow
    }

    /// One atom.
    ///
    /// - Throws: code ``OVSDBError/Code/syntax``.
    package func atom(_ text: String, _ type: BaseType) throws(OVSDBError) -> Atom {
        let atom = try unchecked(text, type)
        try Self.check(atom, type)
        return atom
    }

    private func unchecked(_ text: String, _ type: BaseType) throws(OVSDBError) -> Atom {
        switch type.kind {
        case .integer:
            guard let number = Self.integer(text) else {
                throw Self.failure("\"\(text)\" is not a valid integer or range")
            }
            return .integer(number)
        case .real:
            guard let number = Self.real(text) else { throw Self.failure("\"\(text)\" is not a valid real number") }
            // Zero has no sign in JSON.
            return .real(number == 0 ? 0 : number)
        case .boolean:
            switch text {
            case "true", "yes", "on", "1": return .boolean(true)
            case "false", "no", "off", "0": return .boolean(false)
            default: throw Self.failure("\"\(text)\" is not a valid boolean (use \"true\" or \"false\")")
            }
        case .string: return .string(try Self.string(text))
        case .uuid:
            if text.hasPrefix("@") { return .uuid(namedRow(text, type)) }
            guard let uuid = UUIDValue(text) else { throw Self.failure("\"\(text)\" is not a valid UUID") }
            return .uuid(uuid)
        }
    }

    private static func string(_ text: String) throws(OVSDBError) -> String {
        guard !text.isEmpty else {
            throw failure("An empty string is not valid as input; use \"\" to represent the empty string")
        }
        guard text.utf8.first == UInt8(ascii: "\"") else { return text }
        guard text.utf8.count >= 2, text.utf8.last == UInt8(ascii: "\"") else {
            throw failure("\(text): missing quote at end of quoted string")
        }
        var unescaper = StringUnescaper(text.utf8.dropFirst().dropLast())
        do throws(OVSDBError) { return try unescaper.run() } catch { throw failure("\(text): \(error)") }
    }

    /// A set or map, its elements separated by blanks or commas, in brackets or not.
    ///
    /// - Throws: code ``OVSDBError/Code/syntax``.
    package func datum(_ text: String, _ type: ColumnType) throws(OVSDBError) -> Datum {
        let (opening, closing) = type.value == nil ? ("[", "]") : ("{", "}")
        var tokens = TokenReader(text)
        tokens.skipBlanks()
        guard let first = tokens.next else {
            throw Self.failure("use \"\(opening)\(closing)\" to specify the empty \(type.value == nil ? "set" : "map")")
        }
        var end: UInt8?
        if first == opening.utf8.first {
            end = closing.utf8.first
            tokens.advance()
            tokens.skipBlanks()
        }
        var keys: [Atom] = []
        var values: [Atom] = []
        while let next = tokens.next, next != end {
            if TokenReader.isDelimiter(next) {
                let character = Character(UnicodeScalar(next))
                throw Self.failure("\(text): unexpected \"\(character)\" parsing \(type.english)")
            }
            try element(&tokens, type, &keys, &values)
            tokens.skipBlanks()
            if tokens.next == UInt8(ascii: ",") {
                tokens.advance()
                tokens.skipBlanks()
            }
        }
        if let end {
            guard tokens.next == end else { throw Self.failure("\(text): missing \"\(closing)\" at end of data") }
            tokens.advance()
            tokens.skipBlanks()
            guard tokens.next == nil else { throw Self.failure("\(text): trailing garbage after \"\(closing)\"") }
        }
        try Self.check(count: keys.count, type, text)
        let datum = type.value == nil ? Datum(set: keys) : Datum(map: zip(keys, values))
        guard datum.count == keys.count else {
            let what = type.value == nil ? "set contains duplicate value" : "map contains duplicate key"
            throw Self.failure("\(text): \(what)")
        }
        return datum
    }

    private static func check(count: Int, _ type: ColumnType, _ text: String) throws(OVSDBError) {
        let noun = type.value == nil ? "value(s)" : "pair(s)"
        if count < type.minimum {
            throw failure("\(text): \(count) \(noun) specified but the minimum number is \(type.minimum)")
        }
        if count > type.maximum {
            throw failure("\(text): \(count) \(noun) specified but the maximum number is \(type.maximum)")
        }
    }

    /// An element or pair; a range of integers makes several.
    private func element(
        _ tokens: inout TokenReader, _ type: ColumnType, _ keys: inout [Atom], _ values: inout [Atom]
    ) throws(OVSDBError) {
        let start = tokens.rest
        let token = try tokens.token()
        let first = keys.count
        if type.key.kind == .integer, let (low, high) = Self.range(token) {
            keys += try Self.atoms(from: low, to: high, type.key, token)
        } else {
            keys.append(try atom(token, type.key))
        }
        guard let valueType = type.value else { return }
        tokens.skipBlanks()
        // At the end OVS puts the terminating zero into its text, which ends there.
        guard let next = tokens.next else { throw Self.failure("\(start): syntax error at \"") }
        guard next == UInt8(ascii: "=") else {
            throw Self.failure("\(start): syntax error at \"\(Character(UnicodeScalar(next)))\" expecting \"=\"")
        }
        tokens.advance()
        tokens.skipBlanks()
        let value = try atom(try tokens.token(), valueType)
        values += repeatElement(value, count: keys.count - first)
    }

    private static func atoms(
        from low: Int64, to high: Int64, _ type: BaseType, _ token: String
    ) throws(OVSDBError) -> [Atom] {
        guard low <= high else {
            throw failure("\"\(token)\" is not a valid range. Range end cannot be before start.")
        }
        try check(.integer(low), type)
        try check(.integer(high), type)
        guard UInt64(bitPattern: high) &- UInt64(bitPattern: low) < widestRange else {
            throw failure(
                "constraint violation: Range \"\(low)-\(high)\" is too big. Maximum allowed size is \(widestRange).")
        }
        let atoms = (low...high).map(Atom.integer)
        for atom in atoms { try check(atom, type) }
        return atoms
    }

    private static func check(_ atom: Atom, _ type: BaseType) throws(OVSDBError) {
        if let violation = type.violation(of: atom) { throw failure("constraint violation: \(violation)") }
    }

    // MARK: Numbers, as C reads them

    /// A decimal integer, signed or not, and nothing behind it.
    private static func integer(_ text: String) -> Int64? {
        guard let (number, rest) = leadingInteger(text), rest.isEmpty else { return nil }
        return number
    }

    /// Two integers with a hyphen between them.
    private static func range(_ text: String) -> (Int64, Int64)? {
        guard let (first, rest) = leadingInteger(text), rest.utf8.first == UInt8(ascii: "-"),
            let last = integer(String(rest.dropFirst()))
        else { return nil }
        return (first, last)
    }

    private static func leadingInteger(_ text: String) -> (Int64, Substring)? {
        let number = text.utf8.drop { TokenReader.isBlank($0) }
        let isSigned = number.first == UInt8(ascii: "-") || number.first == UInt8(ascii: "+")
        let digits = number.dropFirst(isSigned ? 1 : 0)
        let rest = digits.drop { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard rest.count < digits.count, let value = Int64(Substring(number.dropLast(rest.count))) else { return nil }
        return (value, Substring(rest))
    }

    private static func real(_ text: String) -> Double? {
        text.withCString { start in
            var end: UnsafeMutablePointer<CChar>?
            errno = 0
            let number = strtod(start, &end)
            guard let end, UnsafePointer(end) != start, end.pointee == 0, errno != EINVAL, errno != ERANGE || number == 0
            else { return nil }
            return number
        }
    }

    private static func failure(_ text: String) -> OVSDBError { OVSDBError(.syntax, text) }
}
