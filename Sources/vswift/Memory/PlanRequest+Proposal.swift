import MemoryPlan
import OVSDB

extension PlanRequest {
    /// Reads a proposal: JSON, or lines of ports and settings.
    mutating func read(proposal text: String) throws {
        guard text.first(where: { !$0.isWhitespace }) == "{" else { return try read(lines: text) }
        let json = try JSON(parsing: text)
        for (key, value) in json.object ?? [:] where key != "ports" {
            try set(key, value.word)
        }
        for port in json["ports"]?.array ?? [] {
            var settings = Dictionary(uniqueKeysWithValues: (port.object ?? [:]).map { ($0.key, $0.value.word) })
            guard let type = settings.removeValue(forKey: "type") else {
                throw PlanError("a port without a type: \(port.text)")
            }
            try append(PlannedPort(type: type, settings: settings, fallbackName: freshName))
        }
    }
}

extension JSON {
    /// A string's text, or how a number or truth value is written.
    fileprivate var word: String { string ?? text }
}
