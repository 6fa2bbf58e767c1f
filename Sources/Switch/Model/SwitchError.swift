/// Why a bridge or a port could not be made as asked; the text goes to the row's `error` and the log.
public struct SwitchError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable { case exists, notFound, invalid, device, noNumber, system }

    public let code: Code
    public let description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
