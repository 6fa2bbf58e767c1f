import ArgumentParser
import Glibc
import Program
import VSCtl

/// Looks at and changes the configuration.
struct VSCtlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vsctl",
        abstract: "Looks at and changes the configuration, as ovs-vsctl does; vswift vsctl --help says more.",
        usage: "vswift vsctl <words of ovs-vsctl>", helpNames: [])

    /// The tool whose grammar this is.
    static let standIn = "ovs-vsctl"

    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []

    func run() async throws {
        await Self.run(as: "vswift vsctl", words)
    }

    /// Does what `words` say and ends the process; messages name the program `name`.
    static func run(as name: String, _ words: [String]) async -> Never {
        let timeout = getenv("OVS_CTL_TIMEOUT").flatMap { UInt32(String(cString: $0)) }
        Glibc.exit(await VSCtl.run([name] + words, directories: .ofThisProcess, timeout: timeout))
    }
}
