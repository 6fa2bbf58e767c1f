import ArgumentParser

/// The command line beside the daemon.
@main
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

    /// Called by the name of a tool that it stands in for, the program is that tool.
    static func main() async {
        let name = CommandLine.arguments.first.map { String($0.split(separator: "/").last ?? "") }
        if name == VSCtlCommand.standIn {
            await VSCtlCommand.run(as: VSCtlCommand.standIn, Array(CommandLine.arguments.dropFirst()))
        } else {
            await main(nil)
        }
    }
}
