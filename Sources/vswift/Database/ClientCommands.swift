import ArgumentParser
import Control
import Glibc
import OVSDB

/// Prints the contents.
struct DumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Prints the rows of a database, one a line.")

    @OptionGroup var options: TableOptions

    @ControlActor
    func run() async throws {
        QuietLog.begin()
        let (client, tables) = try await options.connect()
        for table in tables {
            let reply = try await client.request(
                "transact", [.string(options.server.database), ["op": "select", "table": .string(table), "where": []]])
            if let error = reply.array?.first?["error"] { throw ValidationError("\(table): \(error.text)") }
            for row in reply.array?.first?["rows"]?.array ?? [] { print("\(table) \(row.text)") }
        }
        client.session.stop()
    }
}

/// Carries out operations.
struct TransactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transact", abstract: "Carries out operations and prints the reply.")

    @OptionGroup var options: ServerOptions
    @Argument(help: "Operations, each a JSON object.") var operations: [String]

    @ControlActor
    func run() async throws {
        QuietLog.begin()
        let client = try Client(options)
        let parsed = try operations.map { try JSON(parsing: $0) }
        try await client.connect()
        print(try await client.request("transact", [.string(options.database)] + parsed).text)
        client.session.stop()
    }
}

/// Follows the contents.
struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor", abstract: "Prints the contents of tables and then every change, one JSON value a line.")

    @OptionGroup var options: TableOptions

    @ControlActor
    func run() async throws {
        QuietLog.begin()
        let (client, tables) = try await options.connect()
        let requests = JSON.object(.init(tables.map { ($0, [:]) }))
        client.session.onMessage = { message in
            guard case .notification("update", let parameters) = message, parameters.count == 2 else { return }
            print(parameters[1].text)
            fflush(nil)
        }
        print(try await client.request("monitor", [.string(options.server.database), "vswift", requests]).text)
        fflush(nil)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            client.session.onDisconnected = { continuation.resume() }
        }
        client.session.stop()
    }
}
