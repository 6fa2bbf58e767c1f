import ArgumentParser
import Control
import Dispatch
import Glibc
import Logging
import OVSDB
import OVSDBServer

/// Serves databases until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves databases to OVSDB clients.")

    @Argument(help: "The databases' files.") var files: [String]
    @Option(
        help: """
            Where to listen or connect to, as punix:PATH, ptcp:PORT, pssl:PORT, tcp:HOST, ssl:HOST or \
            db:DATABASE,TABLE,COLUMN.
            """)
    var remote: [String]
    @Flag(help: "Answers before a transaction is on disk unless the client asks to wait, as ovsdb-server does.")
    var lazy = false
    @OptionGroup var tls: TLSOptions

    @ControlActor
    func run() async throws {
        // Everything may be cut short: what was answered is on disk.
        signal(SIGPIPE, SIG_IGN)
        let server = try DatabaseServer()
        for file in files {
            server.add(HostedDatabase(try DatabaseFile.open(file, durability: lazy ? .onRequest : .everyTransaction)))
        }
        let remotes = RemoteSet(server)
        remotes.credentials = tls.source
        for text in remote { try await remotes.add(text) }
        await Self.end()
        remotes.stop()
        server.stop()
    }

    /// Returns when the process is asked to end.
    private static func end() async {
        let signals = [SIGTERM, SIGINT]
        for number in signals { signal(number, SIG_IGN) }
        let sources = signals.map { DispatchSource.makeSignalSource(signal: $0) }
        let (ends, continuation) = AsyncStream<Void>.makeStream()
        for source in sources {
            source.setEventHandler { continuation.yield() }
            source.resume()
        }
        for await _ in ends { break }
        for source in sources { source.cancel() }
    }
}
