import Packets

/// An action's name and what stands behind it: `name`, `name:text`, `name=text`, `name(text)` or `name(text)->target`.
struct ActionArgument {
    let name: String
    /// Without the parentheses around it.
    let text: String
    /// Behind `->` that follows parentheses.
    var target: String?

    /// The actions of a list, which commas or blanks separate.
    static func all(of text: some StringProtocol) -> [ActionArgument] {
        var rest = Substring(text)
        var result: [ActionArgument] = []
        while true {
            rest = rest.drop { $0 == "," || $0.isWhitespace }
            guard !rest.isEmpty else { return result }
            let name = rest.prefix { !":=(,".contains($0) && !$0.isWhitespace }
            rest = rest.dropFirst(name.count)
            let delimiter = rest.first
            guard let delimiter, ":=(".contains(delimiter) else {
                result.append(ActionArgument(name: String(name), text: ""))
                continue
            }
            rest = rest.dropFirst()
            let value = take(&rest) { delimiter == "(" ? $0 == ")" : $0 == "," || $0.isWhitespace }
            var argument = ActionArgument(name: String(name), text: String(value))
            if delimiter == "(" {
                rest = rest.dropFirst()
                if rest.hasPrefix("->") {
                    rest = rest.dropFirst(2)
                    argument.target = String(take(&rest) { $0 == "," || $0.isWhitespace })
                }
            }
            result.append(argument)
        }
    }

    /// Up to a delimiter outside of parentheses.
    private static func take(_ rest: inout Substring, _ isDelimiter: (Character) -> Bool) -> Substring {
        var level = 0
        var end = rest.endIndex
        for index in rest.indices {
            let character = rest[index]
            if level == 0, isDelimiter(character) {
                end = index
                break
            }
            if character == "(" { level += 1 }
            if character == ")", level > 0 { level -= 1 }
        }
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    /// The parts of ``text`` between commas.
    var parts: [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
    }

    /// ``text`` as further names with arguments: `key=value,key`.
    var pairs: [ActionArgument] { Self.all(of: text) }

    /// What stands before and behind the `->` in it.
    func arrow() throws(TextError) -> (source: String, target: String) {
        guard let arrow = text.firstRange(of: "->") else { throw TextError("\(text): missing `->'") }
        let target = String(text[arrow.upperBound...])
        guard !target.isEmpty else { throw TextError("\(text): missing field name following `->'") }
        return (String(text[..<arrow.lowerBound]), target)
    }

    // MARK: Numbers

    /// The whole text as a number of 16 bits or fewer.
    ///
    /// - Parameter title: what complaints call it.
    func number<Number: FixedWidthInteger>(_ title: String, as type: Number.Type = Number.self) throws(TextError)
        -> Number
    {
        guard let value = TextNumber.parse(text, as: type) else { throw TextError("invalid \(title) \"\(text)\"") }
        return value
    }

    /// The whole text as a number of 32 bits or more.
    func wide<Number: FixedWidthInteger>(as type: Number.Type = Number.self) throws(TextError) -> Number {
        try Self.wide(text, as: type)
    }

    static func wide<Number: FixedWidthInteger>(
        _ text: some StringProtocol, as type: Number.Type = Number.self
    ) throws(TextError) -> Number {
        if text.isEmpty { throw TextError("missing required numeric argument") }
        guard let value = TextNumber.parse(text, as: type) else { throw TextError("invalid numeric format \(text)") }
        return value
    }
}
