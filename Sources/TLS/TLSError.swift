/// Why TLS cannot be spoken.
public struct TLSError: Error, CustomStringConvertible {
    public let description: String

    /// An error explained by `description`.
    public init(description: String) { self.description = description }
}
