/// Takes the part of the command line apart that holds commands, with "--" between them.
struct CommandParser {
    private let commands: [String: CommandSyntax]

    /// A parser of these commands.
    init(_ commands: [CommandSyntax]) {
        self.commands = Dictionary(commands.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The commands in `words`.
    ///
    /// - Parameter options: options of the first command that stood before the "--".
    func parse(_ words: [String], options: [(name: String, value: String?)]) throws(CommandError) -> [Invocation] {
        var invocations: [Invocation] = []
        var options = options
        for part in words.split(separator: "--", omittingEmptySubsequences: false) {
            if part.isEmpty {
                guard options.isEmpty else { throw Self.missing }
                continue
            }
            invocations.append(try command(part, options))
            options = []
        }
        guard !invocations.isEmpty else { throw Self.missing }
        return invocations
    }

    private static var missing: CommandError { CommandError("missing command name (use --help for help)") }

    private func command(
        _ words: ArraySlice<String>, _ given: [(name: String, value: String?)]
    ) throws(CommandError) -> Invocation {
        var options = given
        var rest = words
        while let word = rest.first, word.hasPrefix("-") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard !options.contains(where: { $0.name == parts[0] }) else {
                throw CommandError("'\(word)' option specified multiple times")
            }
            options.append((parts[0], parts.count > 1 ? parts[1] : nil))
            rest = rest.dropFirst()
        }
        guard let name = rest.popFirst() else { throw Self.missing }
        guard let syntax = commands[name] else {
            throw CommandError("unknown command '\(name)'; use --help for help")
        }
        for option in options { try check(option, syntax) }
        let arguments = Array(rest)
        if arguments.count < syntax.arguments.lowerBound {
            throw CommandError("'\(name)' command requires at least \(syntax.arguments.lowerBound) arguments")
        }
        if arguments.count > syntax.arguments.upperBound {
            let hint =
                arguments.contains { $0.hasPrefix("-") }
                ? " (note that options must precede command names and follow a \"--\" argument)" : ""
            throw CommandError("'\(name)' command takes at most \(syntax.arguments.upperBound) arguments\(hint)")
        }
        return Invocation(syntax: syntax, options: options, arguments: arguments)
    }

    private func check(_ option: (name: String, value: String?), _ syntax: CommandSyntax) throws(CommandError) {
        guard let known = syntax.options.first(where: { $0.name == option.name }) else {
            throw CommandError("'\(syntax.name)' command has no '\(option.name)' option")
        }
        if known.hasArgument, option.value == nil {
            throw CommandError("missing argument to '\(option.name)' option on '\(syntax.name)' command")
        }
        if !known.hasArgument, option.value != nil {
            throw CommandError("'\(option.name)' option on '\(syntax.name)' does not accept an argument")
        }
    }
}
