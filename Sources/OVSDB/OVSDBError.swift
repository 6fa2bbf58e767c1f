/// What went wrong while talking to, or reading data of, an OVSDB server.
public struct OVSDBError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The class of the failure, for those who decide by it.
    public enum Code: Equatable, Sendable {
        /// Bytes that are not JSON, or exceed a limit.
        case syntax
        /// JSON that is no message, or not the message expected (RFC 7047 section 4).
        case protocolViolation
        /// A remote that cannot be understood, such as an unknown scheme.
        case address
        /// The socket could not be opened or failed.
        case io
        /// There is no connection, or it went away before the reply: whether a transaction took place is unknown.
        case disconnected
        /// The client wants a lock and does not hold it.
        case notLocked
        /// The server's schema is malformed or lacks something.
        case schema
        /// A value does not fit its column's type.
        case type
        /// The server refused a request or an operation; `error` is the RFC's name ("constraint violation", ...).
        case refused(error: String)
    }

    /// The class of the failure.
    public let code: Code
    /// What was attempted, with which object, and the value met.
    public let message: String

    /// An error of class `code`, explained by `message`.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// The RFC's name of the error when the server refused, as "timed out" after a failed `wait`.
    public var refusal: String? {
        if case .refused(let error) = code { error } else { nil }
    }
}
