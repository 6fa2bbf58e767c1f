import ArgumentParser
import Control
import Glibc
import OVSDB
import OVSDBServer

/// Prints the contents.
struct DumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Prints the rows of a database, one a line.",
        discussion: "A path in place of the server and the database is that of a file, which is only read.")

    @OptionGroup var options: TableOptions

    @ControlActor
    func run() async throws {
        QuietLog.begin()
        if let path = options.words.first, isFile(path) { return try dump(path) }
        let (client, selection) = try await connect()
        for table in selection.tables {
            var operation: JSON.Members = ["op": "select", "table": .string(table.name), "where": []]
            if let columns = table.columns { operation["columns"] = .array(columns.map(JSON.string)) }
            let reply = try await client.request("transact", [.string(selection.database), .object(operation)])
            if let error = reply.array?.first?["error"] { throw CommandFailure("\(table.name): \(error.text)") }
            for row in reply.array?.first?["rows"]?.array ?? [] { print("\(table.name) \(row.text)") }
        }
        client.session.stop()
    }

    /// Whether a word is the path of a file: neither a server, nor what could be a database or a table.
    private func isFile(_ word: String) -> Bool {
        guard (try? Remote(word)) == nil else { return false }
        return word.contains("/") || (!word.allSatisfy(Self.isOfNames) && access(word, F_OK) == 0)
    }

    /// Whether a character may be in a database's or a table's name.
    private static func isOfNames(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    /// The connection and the tables; a failure tells of a file whose name could have been a table's.
    @ControlActor
    private func connect() async throws -> (Client, TableSelection) {
        do {
            return try await options.connect(reading: true)
        } catch {
            guard let word = options.words.first, OpenVSwitchSchema.schema.tables[word] == nil,
                word.allSatisfy(Self.isOfNames), access(word, F_OK) == 0
            else { throw error }
            throw CommandFailure("\(error); if the file \(word) is meant: vswift db dump ./\(word)")
        }
    }

    /// Prints what a file holds; whoever serves it is not disturbed.
    private func dump(_ path: String) throws {
        let database = try DatabaseFile.read(path).database
        for wanted in try TableSelection(options.words.dropFirst(), of: database.schema).tables {
            guard let table = database.tablesByName[wanted.name] else { continue }
            let names = wanted.columns ?? ["_uuid"] + table.columns.map(\.name)
            let columns = names.compactMap { table.columnsByName[$0] }
            for (uuid, row) in table.rows.sorted(by: { $0.key < $1.key }) {
                let members = columns.map { ($0.name, $0.datum(uuid, row).json) }
                print("\(table.name) \(JSON.object(.init(members)).text)")
            }
        }
    }
}
