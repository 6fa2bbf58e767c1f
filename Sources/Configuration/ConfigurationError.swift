/// Why the configuration cannot be followed at all; what concerns one row ends in that row instead.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: Sendable, Equatable {
        /// The database's address makes no sense.
        case address
    }

    public let code: Code
    /// What was attempted, and the value met.
    public let description: String

    /// Makes an error from its code and text.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
