import ArgumentParser
import Glibc

/// Looks at and changes flows.
struct OFCtlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ofctl",
        abstract: "Looks at and changes flows: calls Open vSwitch's ovs-ofctl; vswift ofctl --help says more.",
        usage: "vswift ofctl <words of ovs-ofctl>", helpNames: [])

    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []

    func run() throws { try Tool(name: "ovs-ofctl", package: "openvswitch-common").replaceProcess(words) }
}

/// Asks the daemon.
struct AppCtlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "appctl",
        abstract: "Asks and tells the running daemon: calls Open vSwitch's ovs-appctl; vswift appctl --help says more.",
        usage: "vswift appctl <words of ovs-appctl>", helpNames: [])

    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []

    func run() throws { try Tool(name: "ovs-appctl", package: "openvswitch-common").replaceProcess(words) }
}

/// A program that somebody else brings.
struct Tool {
    let name: String
    /// The Debian package that has it.
    let package: String

    /// Becomes the program.
    ///
    /// - Throws: when it is not installed.
    func replaceProcess(_ words: [String]) throws -> Never {
        var arguments = ([name] + words).map { strdup($0) }
        arguments.append(nil)
        execvp(name, arguments)
        let number = errno
        let cause = String(cString: strerror(number))
        let cure = number == ENOENT ? ": it comes with the package \(package) (apt install \(package))" : ""
        throw CommandFailure("\(name): \(cause)\(cure)")
    }
}
