import Control
import Machine
import Program

/// The commands that the control socket knows, by name (OVS: `unixctl_command_register`).
@ControlActor
public final class CommandRegistry {
    private var commands: [String: UnixctlCommand] = [:]
    /// Called once, when the reply to the command that set it has left: what `exit` needs.
    var afterReply: (@ControlActor () -> Void)?

    /// A registry that knows `list-commands`.
    public init() {
        register("list-commands") { [weak self] _ in self?.list() ?? "" }
    }

    /// Adds a command; one of the same name is replaced.
    ///
    /// - Parameters:
    ///   - usage: its arguments for `list-commands`, as "[bridge]"; nil hides the command there.
    ///   - arguments: how many it takes.
    ///   - isThere: false as long as it is to be as if there were no such command.
    ///   - handler: see ``UnixctlCommand/Handler``.
    public func register(
        _ name: String, usage: String? = "", arguments: ClosedRange<Int> = 0...0,
        while isThere: @escaping @Sendable @ControlActor () -> Bool = { true },
        _ handler: @escaping UnixctlCommand.Handler
    ) {
        commands[name] = UnixctlCommand(
            name: name, usage: usage, minimum: arguments.lowerBound, maximum: arguments.upperBound, isThere: isThere,
            handler: handler)
    }

    /// Adds a command that takes `arguments.lowerBound` arguments or more.
    public func register(
        _ name: String, usage: String? = "", arguments: PartialRangeFrom<Int>,
        while isThere: @escaping @Sendable @ControlActor () -> Bool = { true },
        _ handler: @escaping UnixctlCommand.Handler
    ) {
        commands[name] = UnixctlCommand(
            name: name, usage: usage, minimum: arguments.lowerBound, maximum: nil, isThere: isThere, handler: handler)
    }

    /// Runs the command `name`.
    ///
    /// - Throws: an error whose description is what the operator shall read.
    public func run(_ name: String, _ arguments: [String]) async throws -> String {
        guard let command = commands[name], command.isThere() else {
            throw UnixctlError(
                "\"\(name)\" is not a valid command (use \"list-commands\" to see a list of valid commands)")
        }
        guard arguments.count >= command.minimum else {
            throw UnixctlError("\"\(name)\" command requires at least \(command.minimum) arguments")
        }
        if let maximum = command.maximum, arguments.count > maximum {
            throw UnixctlError("\"\(name)\" command takes at most \(maximum) arguments")
        }
        return try await command.handler(arguments)
    }

    /// The text of `list-commands`.
    private func list() -> String {
        var text = "The available commands are:\n"
        for command in commands.values.filter({ $0.isThere() }).sorted(by: { $0.name < $1.name }) {
            if let usage = command.usage { text += "  \(command.name.padded(to: 23)) \(usage)\n" }
        }
        return text
    }
}
