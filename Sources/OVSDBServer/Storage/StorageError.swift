import Glibc

/// Why a database's file cannot be used.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was attempted, with which file, and what came of it.
    public let message: String
    /// The `errno` of the call that failed, if one did.
    public let errno: Int32?

    /// An error explained by `message`; the text of `errno` is put behind it.
    public init(_ message: String, errno: Int32? = nil) {
        self.message = message
        self.errno = errno
    }

    public var description: String { errno.map { "\(message) (\(Self.text($0)))" } ?? message }

    /// The same under the class of errors that ovsdb-server puts it into, for operators.
    public var report: String { "\(errno == nil ? "ovsdb error" : "I/O error"): \(self)" }

    static func text(_ errno: Int32) -> String { String(cString: strerror(errno)) }

    /// The error as it is told to whoever wanted to write.
    var operationError: OperationError {
        var error = OperationError("I/O error", message)
        error.ioError = errno.map(Self.text)
        return error
    }
}
