/// One command of the command line.
struct Invocation {
    /// What it is.
    let syntax: CommandSyntax
    /// Its options, with their hyphens.
    let options: [(name: String, value: String?)]
    /// Its arguments.
    let arguments: [String]

    /// The command as the command line has it, without quotes around its words where none are needed.
    var text: String {
        CommandText.escaped(options.map(\.name) + [syntax.name] + arguments)
    }
}
