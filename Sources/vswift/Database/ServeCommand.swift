import ArgumentParser
import DatabaseService

/// Serves databases until it is told to stop.
///
/// Not asynchronous: the process may fork, which it can while it has one thread.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves databases to OVSDB clients, as ovsdb-server does.")

    /// The tool whose grammar this is.
    static let standIn = DatabaseServerOptions.program

    @Argument(parsing: .captureForPassthrough, help: "What ovsdb-server would be told.") var words: [String] = []

    func run() {
        // It also runs where nothing of Open vSwitch is, and no folder for its sockets.
        DatabaseServerProgram.run(["vswift db serve"] + words, isControlled: false)
    }
}
