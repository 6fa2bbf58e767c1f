import ArgumentParser

/// The command line beside the daemon.
@main
struct VSwift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vswift", abstract: "Looks after vSwift and its database.",
        subcommands: [DatabaseCommand.self])
}
