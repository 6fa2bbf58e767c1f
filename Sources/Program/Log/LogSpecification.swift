/// What one argument of `-v` or `vlog/set` asks for.
public enum LogSpecification: Sendable, Equatable {
    /// Thresholds: of one module or (nil) all, of one destination or (nil) all.
    case levels(module: String?, destination: LogDestination?, level: LogLevel)
    /// The form of lines of one destination or (nil) all.
    case pattern(destination: LogDestination?, text: String)
    /// The syslog facility.
    case facility(LogFacility)

    /// Reads a specification; the texts of errors are those of OVS.
    ///
    /// - Parameter isModule: whether a word names a known module.
    public init(_ text: String, isModule: (String) -> Bool) throws(ManagementError) {
        if let rest = Self.words(after: "PATTERN", in: text) {
            self = try Self.pattern(rest)
        } else if let rest = Self.words(after: "FACILITY", in: text) {
            guard let facility = LogFacility(name: rest) else { throw ManagementError(.invalid, "invalid facility") }
            self = .facility(facility)
        } else {
            self = try Self.levels(text, isModule)
        }
    }

    /// What follows the keyword and its colon; nil when `text` does not start with the keyword.
    private static func words(after keyword: String, in text: String) -> Substring? {
        guard text.hasPrefix(keyword) else { return nil }
        let rest = text.dropFirst(keyword.count)
        return rest.isEmpty ? rest : rest.first == ":" ? rest.dropFirst() : nil
    }

    private static func pattern(_ rest: Substring) throws(ManagementError) -> LogSpecification {
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let word = parts.first, !word.isEmpty else { throw ManagementError(.invalid, "missing destination") }
        let destination = LogDestination(word: word)
        guard destination != nil || word.lowercased() == "any" else {
            throw ManagementError(.invalid, "unknown destination \"\(word)\"")
        }
        return .pattern(destination: destination, text: parts.count > 1 ? String(parts[1]) : "")
    }

    private static func levels(
        _ text: String, _ isModule: (String) -> Bool
    ) throws(ManagementError) -> LogSpecification {
        var module: String?
        var destination: LogDestination?
        var level: LogLevel?
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ":" }) {
            let lower = word.lowercased()
            if lower == "any" {
                continue
            } else if let found = LogDestination(word: word) {
                guard destination == nil else {
                    throw ManagementError(.invalid, "cannot specify multiple destinations")
                }
                destination = found
            } else if let found = LogLevel(word: word) {
                guard level == nil else { throw ManagementError(.invalid, "cannot specify multiple levels") }
                level = found
            } else if isModule(lower) || isModule(lower.replacing("-", with: "_")) {
                guard module == nil else { throw ManagementError(.invalid, "cannot specify multiple modules") }
                module = isModule(lower) ? lower : lower.replacing("-", with: "_")
            } else {
                throw ManagementError(.invalid, "no destination, level, or module \"\(word)\"")
            }
        }
        return .levels(module: module, destination: destination, level: level ?? .debug)
    }
}
