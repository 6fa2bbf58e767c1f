/// Why a text is not a flow, a field's value or the like; the message is what a command answers.
public struct TextError: Error, Sendable, Equatable {
    public let message: String

    public init(_ message: String) { self.message = message }
}
