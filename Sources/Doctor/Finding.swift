/// What a check has to say: the state of something, what shows it, and what mends it.
public struct Finding: Sendable, Equatable {
    public enum Severity: Int, Sendable, Comparable {
        /// As it should be.
        case fine
        /// Worth knowing; nothing is wrong.
        case note
        /// Will hurt, or keeps from what may be wanted.
        case warning
        /// Keeps what is configured from working.
        case error

        public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

        /// As findings are printed.
        public var name: String {
            switch self {
            case .fine: "ok"
            case .note: "note"
            case .warning: "warning"
            case .error: "error"
            }
        }
    }

    public let severity: Severity
    /// What is the matter.
    public let cause: String
    /// Where it was seen, with figures.
    public let evidence: String
    /// What to do about it; nil where nothing is to be done.
    public let cure: String?

    public init(_ severity: Severity, _ cause: String, evidence: String, cure: String? = nil) {
        self.severity = severity
        self.cause = cause
        self.evidence = evidence
        self.cure = cure
    }
}
