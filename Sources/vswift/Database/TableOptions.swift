import ArgumentParser
import Control
import OVSDB

/// Which tables of which database, in the words of ovsdb-client(1).
struct TableOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions
    @Argument(
        help: ArgumentHelp(
            "The server, the database, a table and columns of it, as for ovsdb-client; or several tables. All tables "
                + "unless given.", valueName: "words"))
    var words: [String] = []

    /// A connection to the server, and the tables meant.
    ///
    /// - Parameter reading: whether a file would do as well.
    @ControlActor
    func connect(reading: Bool = false) async throws -> (Client, TableSelection) {
        var options = server
        var words = words[...]
        options.takeServer(from: &words)
        let client = try Client(options, alternative: reading ? options.readableFile : "")
        try await client.connect()
        if let word = words.first, try await client.request("list_dbs", []).array?.contains(.string(word)) == true {
            options.database = word
            words.removeFirst()
        }
        let schema = try DatabaseSchema(json: try await client.request("get_schema", [.string(options.database)]))
        return (client, try TableSelection(words, of: schema))
    }
}
