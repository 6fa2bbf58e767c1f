import ArgumentParser

/// What the switch's memory is for.
struct MemoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory", abstract: "Plans the hugepages that a switch needs, and tells how they are used.",
        subcommands: [PlanCommand.self, ReportCommand.self])
}
