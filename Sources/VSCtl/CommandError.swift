/// Why the program ends early: what it says on standard error, and its status.
struct CommandError: Error, CustomStringConvertible {
    /// The text; nil when the status says all.
    let message: String?
    /// The exit status.
    let status: Int32

    /// An error that is told of; status 1.
    init(_ message: String) {
        self.message = message
        status = 1
    }

    /// Ends with `status` and without a word.
    init(status: Int32) {
        message = nil
        self.status = status
    }

    var description: String { message ?? "status \(status)" }
}
