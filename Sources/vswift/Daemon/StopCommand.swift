import ArgumentParser
import Program

/// Ends the daemon.
struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stop", abstract: "Ends the switch.")

    @Flag(help: "Removes the devices of its ports too, as ovs-appctl exit --cleanup does.") var cleanup = false
    @Option(help: ArgumentHelp("How long it may take.", valueName: "seconds")) var timeout: UInt16 = 60

    func run() async throws {
        QuietLog.begin()
        let daemon = try RunningDaemon.find()
        let begin = ContinuousClock.now
        let limit = Duration.seconds(timeout)
        let hint = "kill -9 \(daemon.process) ends it at once"
        do {
            _ = try await daemon.ask("exit", cleanup ? ["--cleanup"] : [], within: limit)
        } catch let failure as CommandFailure where !failure.isDenial {
            throw CommandFailure("\(failure.description); \(hint)")
        }
        guard try await daemon.waitForEnd(within: limit - begin.duration(to: .now)) else {
            throw CommandFailure("process \(daemon.process) has not ended within \(timeout) seconds; \(hint)")
        }
    }
}

/// Tells whether the daemon runs.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tells whether the switch runs; the status is 3 when it does not.")

    func run() async throws {
        QuietLog.begin()
        guard let daemon = RunningDaemon(.ofThisProcess) else {
            print("vSwift does not run.")
            throw ExitCode(3)
        }
        let version = try await daemon.ask("version")
        print("vSwift runs, as process \(daemon.process): \(version.split(separator: "\n").first ?? "")")
    }
}
