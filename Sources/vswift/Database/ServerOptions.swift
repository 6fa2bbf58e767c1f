import ArgumentParser
import Control
import OVSDB
import Program

/// Where the server is, and which of its databases is meant.
struct ServerOptions: ParsableArguments {
    /// The switch's own, or that which Open vSwitch's scripts start for it.
    static let ownServer = "unix:\(RunDirectories.ofThisProcess.run)/db.sock"

    @Option(help: "The server.") var server = ownServer
    @Option(help: "The database.") var database = OpenVSwitchSchema.schema.name
    @OptionGroup var tls: TLSOptions
}

/// Which tables of which database.
struct TableOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions
    @Argument(help: "The tables; all unless given.") var tables: [String] = []

    /// A connection to the server, and the tables meant.
    @ControlActor
    func connect() async throws -> (Client, tables: [String]) {
        let client = try Client(server)
        try await client.connect()
        let schema = try DatabaseSchema(json: try await client.request("get_schema", [.string(server.database)]))
        return (client, tables.isEmpty ? schema.tables.keys.sorted() : tables)
    }
}
