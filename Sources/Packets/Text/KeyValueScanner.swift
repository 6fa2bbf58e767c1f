/// Splits `key=value,key(value),key` as flows are written (OVS: ofputil_parse_key_value), and
/// `attribute(key=value)` as flows of the datapath are.
public enum KeyValueScanner {
    /// One of them; ``value`` is empty if there is none.
    public struct Pair: Sendable, Equatable {
        public let key: String
        public let value: Substring
        /// Whether the value stands in parentheses.
        public var isParenthesised = false
        /// The text from here on, for complaints.
        public var rest: Substring = ""
    }

    private static func isSpace(_ character: Character) -> Bool {
        character == " " || character == "\t" || character == "\r" || character == "\n"
    }

    /// All pairs of a text, in order.
    public static func pairs(of text: some StringProtocol) -> [Pair] {
        var rest = Substring(text)
        var pairs: [Pair] = []
        while true {
            rest = rest.drop { $0 == "," || isSpace($0) }
            guard !rest.isEmpty else { return pairs }
            let whole = rest
            let key = rest.prefix { $0 != ":" && $0 != "=" && $0 != "(" && $0 != "," && !isSpace($0) }
            rest = rest.dropFirst(key.count)
            let delimiter = rest.first
            rest = rest.dropFirst()
            guard delimiter == ":" || delimiter == "=" || delimiter == "(" else {
                pairs.append(Pair(key: String(key), value: "", rest: whole))
                continue
            }
            let isParenthesised = delimiter == "("
            let value = value(rest) { isParenthesised ? $0 == ")" : $0 == "," || isSpace($0) }
            pairs.append(Pair(key: String(key), value: value, isParenthesised: isParenthesised, rest: whole))
            rest = rest.dropFirst(value.count).dropFirst()
        }
    }

    /// Up to a delimiter that is not inside of parentheses.
    private static func value(_ text: Substring, isDelimiter: (Character) -> Bool) -> Substring {
        var level = 0
        for index in text.indices {
            let character = text[index]
            if level == 0, isDelimiter(character) { return text[..<index] }
            if character == "(" { level += 1 }
            if character == ")", level > 0 { level -= 1 }
        }
        return text
    }
}
