import OVSDB

/// Why an operation or a transaction was refused, as it goes over the wire (RFC 7047 section 3.1, `<error>`).
public struct OperationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the class of errors, as "constraint violation"; clients decide by it.
    public var error: String
    /// What it was about, for people.
    public var details: String?
    /// The part of the request that is at fault.
    public var syntax: String?
    /// The errno of a failed write to the database's file, as text.
    public var ioError: String?

    /// An error of class `error`, explained by `details`.
    public init(_ error: String, _ details: String?) {
        self.error = error
        self.details = details
    }

    /// An error in the request itself, whose part `json` it shows.
    static func syntax(_ json: JSON?, _ details: String, as error: String = "syntax error") -> OperationError {
        var result = OperationError(error, details)
        result.syntax = json?.text
        return result
    }

    /// A value that breaks a rule of the schema.
    static func constraint(_ details: String) -> OperationError {
        OperationError("constraint violation", details)
    }

    /// The error as it goes over the wire.
    public var json: JSON {
        var members: JSON.Members = ["error": .string(error)]
        members["details"] = details.map(JSON.string)
        members["syntax"] = syntax.map(JSON.string)
        members["io-error"] = ioError.map(JSON.string)
        return .object(members)
    }

    public var description: String {
        let place = syntax.map { "syntax \"\($0.prefix(400))\": " } ?? ""
        let cause = ioError.map { " (\($0))" } ?? ""
        return place + error + (details.map { ": \($0)" } ?? "") + cause
    }
}
