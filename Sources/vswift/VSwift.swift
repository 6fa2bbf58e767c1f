import ArgumentParser

/// The command line beside the daemon.
@main
struct VSwift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vswift", abstract: "Looks after vSwift, its memory and its database.",
        discussion: """
            To have bash complete these commands: vswift --generate-completion-script bash \
            > /usr/share/bash-completion/completions/vswift
            """,
        subcommands: [DoctorCommand.self, MemoryCommand.self, DatabaseCommand.self])
}
