/// Reads typed values out of a string-to-string column, and collects what it has to say about those that make no sense.
///
/// A value that cannot be read counts as absent; a number outside its range is taken to the nearer bound, as OVS does.
struct OptionReader {
    /// What complaints begin with, such as `bridge br0: other_config`.
    let object: String
    private let map: [String: String]
    /// Sentences about values that were not taken as written.
    private(set) var complaints: [String] = []
    /// The same where OVS says nothing, so that scripts which look for warnings find none.
    private(set) var notes: [String] = []
    private var asked: Set<String> = []

    init(_ map: [String: String], of object: String) {
        self.map = map
        self.object = object
    }

    /// The value as it stands.
    mutating func text(_ key: String) -> String? {
        asked.insert(key)
        return map[key]
    }

    /// A sentence for each key that nobody has asked for: it is set, and does nothing.
    var unheeded: [String] {
        map.keys.filter { !asked.contains($0) }.sorted().map {
            "\(object):\($0.prefix(64)) is not supported and has no effect"
        }
    }

    /// A decimal integer within `range`; nil when it is absent or no number.
    mutating func integer(
        _ key: String, in range: ClosedRange<Int>, default fallback: Int, quietly: Bool = false
    ) -> Int {
        guard let text = text(key) else { return fallback }
        guard let value = Int(text) else {
            complain(key, text, "is not an integer; \(fallback) is used", quietly)
            return fallback
        }
        if range.contains(value) { return value }
        let nearest = value < range.lowerBound ? range.lowerBound : range.upperBound
        complain(key, text, "is outside \(range.lowerBound) to \(range.upperBound); \(nearest) is used", quietly)
        return nearest
    }

    /// `true` or `false`.
    mutating func boolean(_ key: String, default fallback: Bool) -> Bool {
        switch text(key) {
        case nil: return fallback
        case "true": return true
        case "false": return false
        case let text?:
            complain(key, text, "is neither true nor false; \(fallback) is used")
            return fallback
        }
    }

    /// What `parse` makes of the text; nil when it is absent, or with a complaint that it is no `expected`.
    mutating func value<Value>(
        _ key: String, expected: String, quietly: Bool = false, _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = text(key) else { return nil }
        if let value = parse(text) { return value }
        complain(key, text, "is not \(expected) and is ignored", quietly)
        return nil
    }

    private mutating func complain(_ key: String, _ text: String, _ fault: String, _ quietly: Bool = false) {
        let sentence = "\(object):\(key)=\(text.prefix(64)) \(fault)"
        if quietly { notes.append(sentence) } else { complaints.append(sentence) }
    }
}
