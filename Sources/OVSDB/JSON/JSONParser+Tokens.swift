/// The grammar: what each byte does in each state.
extension JSONParser {
    /// Takes one byte, or a run of bytes of a string, at `index`.
    mutating func step(
        _ bytes: UnsafeRawBufferPointer, _ index: inout Int, _ values: inout [JSON]
    ) throws(OVSDBError) {
        let byte = bytes[index]
        switch state {
        case .string: return try takeString(bytes, &index, &values)
        case .escape: try takeEscape(byte, at: index)
        case .unicode: try takeUnicode(byte, at: index)
        case .number:
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard scratch.count < 4096 else { throw syntax("number of more than 4096 digits", at: index) }
                scratch.append(byte)
            default: return try endNumber(&values, at: index)
            }
        case .literal:
            guard UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte else { return try endLiteral(&values, at: index) }
            scratch.append(byte)
            let known = ["true", "false", "null"]
            guard known.contains(where: { $0.utf8.starts(with: scratch) }) else {
                throw syntax("invalid keyword", at: index)
            }
        case _ where byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09: break
        case .idle, .value, .firstElement:
            if case .firstElement = state, byte == UInt8(ascii: "]") {
                close(&values)
            } else {
                try begin(byte, at: index)
            }
        case .firstKey where byte == UInt8(ascii: "}"): close(&values)
        case .firstKey, .key:
            guard byte == UInt8(ascii: "\"") else { throw syntax("expected a member's name", at: index) }
            isName = true
            state = .string
        case .colon:
            guard byte == UInt8(ascii: ":") else { throw syntax("expected ':'", at: index) }
            state = .value
        case .afterValue:
            let isObject = stack.last?.isObject ?? false
            if byte == UInt8(ascii: ",") {
                state = isObject ? .key : .value
            } else if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                close(&values)
            } else {
                throw syntax("expected ',' or '\(isObject ? "}" : "]")'", at: index)
            }
        }
        index += 1
    }

    /// Begins a value with its first byte.
    private mutating func begin(_ byte: UInt8, at index: Int) throws(OVSDBError) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard stack.count < limits.depth else { throw syntax("nested more than \(limits.depth) deep", at: index) }
            let isObject = byte == UInt8(ascii: "{")
            stack.append(Frame(isObject: isObject, firstElement: elements.count, firstName: names.count))
            state = isObject ? .firstKey : .firstElement
        case UInt8(ascii: "\""):
            isName = false
            state = .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            scratch.append(byte)
            state = .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            scratch.append(byte)
            state = .literal
        default: throw syntax("expected a value, met byte 0x\(String(byte, radix: 16))", at: index)
        }
    }

    /// Goes past characters that mean themselves, eight at a time; gives all their bits.
    private static func skipPlain(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> UInt8 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var union: UInt64 = 0
        while index + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            // The top bit of a byte is set where it is less than what is taken from it.
            let less = (word &- (ones &* 0x20)) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
            let special = less & (ones &* 0x80)
            if special != 0 {
                // Of the bits set the lowest is right; those above may have been borrowed from.
                let plain = special.trailingZeroBitCount / 8
                union |= word & ~(.max << UInt64(8 * plain))
                index += plain
                break
            }
            union |= word
            index += 8
        }
        union |= union >> 32
        union |= union >> 16
        return UInt8(truncatingIfNeeded: union | union >> 8)
    }

    /// Takes the run of plain characters at `index`, and the quote or backslash behind it.
    private mutating func takeString(
        _ bytes: UnsafeRawBufferPointer, _ index: inout Int, _ values: inout [JSON]
    ) throws(OVSDBError) {
        let start = index
        var union = Self.skipPlain(bytes, &index)
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            guard byte >= 0x20 else { throw syntax("control character in a string", at: index) }
            union |= byte
            index += 1
        }
        let run = UnsafeRawBufferPointer(rebasing: bytes[start..<index])
        if highSurrogate != nil, !run.isEmpty || (index < bytes.count && bytes[index] != UInt8(ascii: "\\")) {
            throw syntax("half a surrogate pair", at: start)
        }
        guard index < bytes.count else {
            scratch.append(contentsOf: run)
            return
        }
        let isEnd = bytes[index] == UInt8(ascii: "\"")
        index += 1
        guard isEnd else {
            scratch.append(contentsOf: run)
            state = .escape
            return
        }
        // Most strings lie within one piece and have no escapes: they are made without a copy.
        let text: String?
        if scratch.isEmpty {
            // ASCII needs no validation.
            let run = run.assumingMemoryBound(to: UInt8.self)
            text = union < 0x80 ? String(decoding: run, as: UTF8.self) : String(validating: run, as: UTF8.self)
        } else {
            scratch.append(contentsOf: run)
            text = String(validating: scratch, as: UTF8.self)
            scratch.removeAll(keepingCapacity: scratch.count < 65536)
        }
        guard let text else { throw syntax("invalid UTF-8 in a string", at: start) }
        if isName {
            names.append(text)
            state = .colon
        } else {
            complete(.string(text), &values)
        }
    }

    private mutating func takeEscape(_ byte: UInt8, at index: Int) throws(OVSDBError) {
        if byte == UInt8(ascii: "u") {
            unicodeDigits = 0
            unicodeValue = 0
            state = .unicode
            return
        }
        guard highSurrogate == nil else { throw syntax("half a surrogate pair", at: index) }
        guard let meant = JSONEscape.byte(for: byte) else { throw syntax("bad escape in a string", at: index) }
        scratch.append(meant)
        state = .string
    }

    private mutating func takeUnicode(_ byte: UInt8, at index: Int) throws(OVSDBError) {
        guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
            throw syntax("bad \\u escape in a string", at: index)
        }
        unicodeValue = unicodeValue << 4 | UInt32(digit)
        unicodeDigits += 1
        guard unicodeDigits == 4 else { return }
        state = .string
        var value = unicodeValue
        switch (highSurrogate, value) {
        case (nil, 0xD800..<0xDC00):
            highSurrogate = value
            return
        case (let high?, 0xDC00..<0xE000):
            value = 0x10000 + (high - 0xD800) << 10 + (value - 0xDC00)
            highSurrogate = nil
        case (_?, _): throw syntax("half a surrogate pair", at: index)
        default: break
        }
        // OVS cannot hold a zero byte in a string and refuses it; what it refuses is not passed on here either.
        guard value != 0, let scalar = UnicodeScalar(value) else {
            throw syntax(value == 0 ? "zero byte in a string" : "half a surrogate pair", at: index)
        }
        scratch.append(contentsOf: UTF8.encode(scalar) ?? .init())
    }

    mutating func endLiteral(_ values: inout [JSON], at index: Int) throws(OVSDBError) {
        let value: JSON
        switch String(decoding: scratch, as: UTF8.self) {
        case "true": value = .boolean(true)
        case "false": value = .boolean(false)
        case "null": value = .null
        default: throw syntax("invalid keyword", at: index)
        }
        scratch.removeAll(keepingCapacity: true)
        complete(value, &values)
    }

    mutating func endNumber(_ values: inout [JSON], at index: Int) throws(OVSDBError) {
        let value = try Self.number(scratch) { syntax($0, at: index) }
        scratch.removeAll(keepingCapacity: true)
        complete(value, &values)
    }

    /// The number that `digits` spell, by the grammar of RFC 8259 section 6.
    private static func number(
        _ digits: [UInt8], _ error: (String) -> OVSDBError
    ) throws(OVSDBError) -> JSON {
        // Nearly all numbers are whole and short.
        if digits.count < 19, digits.first != UInt8(ascii: "0") || digits.count == 1,
            digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        {
            return .integer(digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
        }
        var rest = digits[...]
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? false }
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        guard isDigit(rest.first) else { throw error("'-' without digits") }
        if rest.first == UInt8(ascii: "0"), isDigit(rest.dropFirst().first) {
            throw error("number with a leading zero")
        }
        rest = rest.drop(while: isDigit)
        let isWhole = rest.isEmpty
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard isDigit(rest.first) else { throw error("decimal point without digits") }
            rest = rest.drop(while: isDigit)
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard isDigit(rest.first) else { throw error("exponent without digits") }
            rest = rest.drop(while: isDigit)
        }
        guard rest.isEmpty else { throw error("malformed number") }
        let text = String(decoding: digits, as: UTF8.self)
        if isWhole, let number = Int64(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else { throw error("number too large") }
        // 1.0 and 1e3 are whole numbers to OVS.
        if !isWhole, let exact = Int64(exactly: number) { return .integer(exact) }
        return .real(number)
    }
}
