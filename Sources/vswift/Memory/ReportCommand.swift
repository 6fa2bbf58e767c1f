import ArgumentParser
import Control

/// Tells how memory is used.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Tells how the running daemon uses its memory.",
        discussion: "The same as 'ovs-appctl memory/report'.")

    @Flag(help: "Prints JSON.") var json = false

    @ControlActor
    func run() async throws {
        QuietLog.begin()
        print(try await RunningDaemon.find().ask("memory/report", json ? ["--json"] : []), terminator: "")
    }
}
