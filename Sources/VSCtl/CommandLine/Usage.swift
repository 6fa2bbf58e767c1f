import OVSDB
import Program

/// What `--help` and its like print.
struct Usage {
    let program: String
    let commands: [CommandSyntax]
    let directories: RunDirectories

    /// `--version`.
    var version: String {
        "\(program) (Open vSwitch) \(OpenVSwitchRelease.version)\nDB Schema \(OpenVSwitchSchema.schema.version)\n"
    }

    /// `--options`: every option, for completion.
    static func optionList(_ options: [OptionScanner.Option]) -> String {
        options.map { option in
            let hasArgument = option.argument != .none
            let short = option.letter.map { "-\($0)\(hasArgument ? " ARG" : "")\n" } ?? ""
            return "--\(option.name)\(hasArgument ? "=ARG" : "")\n" + short
        }.joined()
    }

    /// `--commands`: every command with its options and arguments, for completion.
    var commandList: String {
        commands.sorted { $0.name < $1.name }.map { command in
            let options = command.options.map { "[\($0.name)\($0.hasArgument ? "=" : "")] " }.joined()
            return "\(options),\(command.name),\(Self.completion(command.usage))\n"
        }.joined()
    }

    /// The arguments with a mark before each: "!" once, "+" once or more, "?" at most once, "*" any number of times.
    private static func completion(_ usage: String) -> String {
        usage.split(separator: " ").map { word in
            let isRepeated = word.hasSuffix("...")
            var name = isRepeated ? String(word.dropLast(3)) : String(word)
            let isOptional = name.hasPrefix("[") && name.hasSuffix("]")
            if isOptional { name = String(name.dropFirst().dropLast()) }
            let mark = isOptional ? isRepeated ? "*" : "?" : isRepeated ? "+" : "!"
            let inner = name.map { $0 == "[" ? "?" : $0 == "]" ? "" : String($0) }.joined()
            return mark + inner
        }.joined(separator: " ")
    }

    /// How rows of each table are named.
    var rowNames: String {
        let tables = OpenVSwitchSchema.schema.tables.values
        return tables.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map { table in
            var ways = ["by UUID"]
            if table.maximumRows == 1 { ways.append("as \".\"") }
            if let name = RowName.of[table.name] {
                ways.append(
                    name.reference.map { "via \"\($0)\" of \(name.table) with matching \"\(name.column)\"" }
                        ?? "by \"\(name.column)\"")
            }
            return "  \(table.name):" + ways.map { "\n    \($0)" }.joined() + "\n"
        }.joined()
    }
}
