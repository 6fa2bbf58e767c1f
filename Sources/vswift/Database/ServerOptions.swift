import ArgumentParser
import Glibc
import OVSDB
import Program

/// Where the server is, and which of its databases is meant.
struct ServerOptions: ParsableArguments {
    /// The switch's own, or that which Open vSwitch's scripts start for it.
    static let ownServer = "unix:\(RunDirectories.ofThisProcess.run)/db.sock"

    @Option(help: "The server.") var server = ownServer
    @Option(help: "The database.") var database = OpenVSwitchSchema.schema.name
    @OptionGroup var tls: TLSOptions

    /// Takes the server from the front of `words`, where ovsdb-client is told of it.
    mutating func takeServer(from words: inout ArraySlice<String>) {
        guard let word = words.first, (try? Remote(word)) != nil else { return }
        server = word
        words.removeFirst()
    }

    /// What else there is to print when no server answers.
    var readableFile: String {
        guard server == Self.ownServer else { return "" }
        let file = "\(RunDirectories.ofThisProcess.database)/conf.db"
        return access(file, F_OK) == 0
            ? "; the file \(file) can be read without a server: vswift db dump \(file)"
            : "; nor is there a file \(file)"
    }
}
