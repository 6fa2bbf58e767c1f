/// One command: its words, and what it does.
struct CommandSyntax: Sendable {
    /// An option that stands before the command's name.
    struct Option: Sendable {
        /// With its hyphens.
        let name: String
        /// Whether it has an argument.
        let hasArgument: Bool

        /// Reads "--name", or "--name=" for one that has an argument.
        init(_ text: String) {
            hasArgument = text.hasSuffix("=")
            name = hasArgument ? String(text.dropLast()) : text
        }
    }

    /// The command's name.
    let name: String
    /// How many arguments it takes.
    let arguments: ClosedRange<Int>
    /// The arguments' names for completion, as "BRIDGE [KEY]".
    let usage: String
    /// Its options.
    let options: [Option]
    /// Whether it may change the database.
    let mayWrite: Bool
    /// Adds what the command has to know of the database.
    let prepare: @Sendable (Invocation, inout ColumnSelection, Preparation) throws -> Void
    /// Carries it out.
    let run: @Sendable (CommandContext) throws -> Void

    /// A command `name` that takes `arguments`, called `usage`.
    init(
        _ name: String, _ arguments: ClosedRange<Int> = 0...0, _ usage: String = "", options: [String] = [],
        mayWrite: Bool = false,
        prepare: @escaping @Sendable (Invocation, inout ColumnSelection, Preparation) throws -> Void,
        run: @escaping @Sendable (CommandContext) throws -> Void
    ) {
        self.name = name
        self.arguments = arguments
        self.usage = usage
        self.options = options.map(Option.init)
        self.mayWrite = mayWrite
        self.prepare = prepare
        self.run = run
    }

    /// A command over certain columns.
    static func over(
        _ columns: @escaping @Sendable (inout ColumnSelection) -> Void, _ name: String,
        _ arguments: ClosedRange<Int> = 0...0, _ usage: String = "", options: [String] = [], mayWrite: Bool = false,
        run: @escaping @Sendable (CommandContext) throws -> Void
    ) -> CommandSyntax {
        CommandSyntax(
            name, arguments, usage, options: options, mayWrite: mayWrite,
            prepare: { _, selection, _ in columns(&selection) }, run: run)
    }

    /// A command over bridges, ports and interfaces.
    static func bridges(
        _ name: String, _ arguments: ClosedRange<Int> = 0...0, _ usage: String = "", options: [String] = [],
        mayWrite: Bool = false, run: @escaping @Sendable (CommandContext) throws -> Void
    ) -> CommandSyntax {
        over({ $0.addBridges() }, name, arguments, usage, options: options, mayWrite: mayWrite, run: run)
    }
}
