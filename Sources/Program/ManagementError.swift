/// What went wrong in the daemon's shell: options, log destinations, run files, control socket.
public struct ManagementError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds that callers tell apart.
    public enum Code: Sendable, Equatable {
        /// An argument that cannot be understood.
        case invalid
        /// Another daemon holds the run file.
        case alreadyRunning
        /// A system call failed; see ``ManagementError/errno``.
        case system
    }

    /// The kind.
    public let code: Code
    /// What was attempted, on which object, and why it failed; fit for an operator.
    public let description: String
    /// The system's error number, 0 when there is none.
    public let errno: Int32

    /// An error without a system error number.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
        errno = 0
    }

    /// A failed system call; `description` should hold the error's text already (see ``text(_:)``).
    public init(errno: Int32, _ description: String) {
        code = .system
        self.description = description
        self.errno = errno
    }
}
