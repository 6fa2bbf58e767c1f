import Control

/// One command of the control socket (ovs-appctl(8)).
public struct UnixctlCommand: Sendable {
    /// Runs the command with its arguments and gives the text to print; what it throws becomes the error's text.
    public typealias Handler = @Sendable @ControlActor (_ arguments: [String]) async throws -> String

    /// Its name, as "fdb/show".
    public let name: String
    /// Its arguments, as `list-commands` shows them; nil hides it there.
    public let usage: String?
    /// How many arguments it takes; nil as the upper bound means any number.
    public let minimum: Int
    public let maximum: Int?
    /// Whether there is such a command now.
    let isThere: @Sendable @ControlActor () -> Bool
    let handler: Handler
}
