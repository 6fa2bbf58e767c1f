import ArgumentParser
import DatabaseService
import Dispatch
import Program

/// The command line beside the daemon.
struct VSwift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vswift", abstract: "Runs vSwift, and looks after it, its memory and its database.",
        discussion: """
            To have bash complete these commands: vswift --generate-completion-script bash \
            > /usr/share/bash-completion/completions/vswift
            """,
        subcommands: [
            StartCommand.self, StopCommand.self, StatusCommand.self, VSCtlCommand.self, OFCtlCommand.self,
            AppCtlCommand.self, DoctorCommand.self, MemoryCommand.self, DatabaseCommand.self,
        ])

    @Flag(name: [.customShort("V"), .customLong("version")], help: "Prints the version.") var asksVersion = false

    func validate() throws {
        guard asksVersion else { return }
        throw CleanExit.message(
            "vswift (vSwift) \(VSwiftRelease.version)\nstands in for Open vSwitch \(OpenVSwitchRelease.version)")
    }
}

/// Where the process begins: with one thread, which commands that fork need, and commands that wait do not have long.
@main
enum Beginning {
    /// Called by the name of a tool that it stands in for, the program is that tool.
    static func main() {
        let name = CommandLine.arguments.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
        let words = Array(CommandLine.arguments.dropFirst())
        switch name {
        case VSCtlCommand.standIn: wait { await VSCtlCommand.run(as: name, words) }
        case ServeCommand.standIn: DatabaseServerProgram.run([name] + words)
        default: run(words)
        }
    }

    private static func run(_ words: [String]) {
        do {
            try checkSubcommand(words)
            var command = try VSwift.parseAsRoot(words)
            guard let waiting = command as? any AsyncParsableCommand else { return try command.run() }
            wait {
                var command = waiting
                do { try await command.run() } catch { VSwift.exit(withError: error) }
            }
        } catch {
            VSwift.exit(withError: error)
        }
    }

    /// Finds a word where a subcommand belongs that is none.
    ///
    /// - Throws: which there are.
    private static func checkSubcommand(_ words: [String]) throws {
        var command: any ParsableCommand.Type = VSwift.self
        for word in words {
            let subcommands = command.configuration.subcommands
            // The parser's own word asks for help.
            guard !subcommands.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
            guard let next = subcommands.first(where: { $0.configuration.commandName == word }) else {
                let names = subcommands.compactMap { $0.configuration.commandName }.joined(separator: ", ")
                throw ValidationError("there is no subcommand '\(word)'; there are \(names)")
            }
            command = next
        }
    }

    /// Runs `body` to its end, and ends the process.
    private static func wait(_ body: sending @escaping () async -> Void) -> Never {
        Task {
            await body()
            VSwift.exit()
        }
        dispatchMain()
    }
}
