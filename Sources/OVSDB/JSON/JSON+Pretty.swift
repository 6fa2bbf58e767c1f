/// Text for people.
extension JSON {
    /// The value with each member and element on a line of its own, two blanks further in for every level.
    package var prettyText: String { pretty(at: 0) }

    private func pretty(at depth: Int) -> String {
        let line = "\n" + String(repeating: "  ", count: depth + 1)
        switch self {
        case .array(let elements):
            guard !elements.isEmpty else { return "[]" }
            return "[" + line + elements.map { $0.pretty(at: depth + 1) }.joined(separator: "," + line) + "]"
        case .object(let members):
            let texts = members.map {
                "\(JSON.string($0.key).text): \($0.value.pretty(at: depth + 1))"
            }
            return "{" + line + texts.joined(separator: "," + line) + "}"
        default: return text
        }
    }
}
