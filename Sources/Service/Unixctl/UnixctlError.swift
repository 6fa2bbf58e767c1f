/// A command's refusal: its text goes to the client as the error (`ovs-appctl` prints it and exits with 2).
public struct UnixctlError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the operator reads.
    public let description: String

    /// A refusal with that text.
    public init(_ description: String) {
        self.description = description
    }
}
