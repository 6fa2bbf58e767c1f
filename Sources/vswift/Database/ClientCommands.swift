import ArgumentParser
import Control
import Glibc
import Logging
import OVSDB

/// A connection to a server, for one command.
@ControlActor
final class Client {
    let session: JSONRPCSession
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(_ options: ServerOptions) throws {
        session = JSONRPCSession(remote: try Remote(options.server), tls: options.tls.contexts)
        session.onConnected = { [weak self] in
            guard let self else { return }
            let waiters = waiters
            self.waiters = []
            for waiter in waiters { waiter.resume() }
        }
    }

    /// Waits until there is a connection.
    func connect() async {
        await withCheckedContinuation { continuation in
            waiters.append(continuation)
            session.start()
        }
    }

    func request(_ method: String, _ parameters: [JSON]) async throws -> JSON {
        try await withCheckedThrowingContinuation { continuation in
            session.request(method, parameters) { result in
                continuation.resume(with: result.mapError { $0 as any Error })
            }
        }
    }
}

/// Where the server is, and which of its databases is meant.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server.") var server: String = Self.defaultServer
    @Option(help: "The database.") var database = OpenVSwitchSchema.schema.name
    @OptionGroup var tls: TLSOptions

    private static var defaultServer: String { "unix:\(RunDirectory.path)/db.sock" }
}

/// Prints the contents.
struct DumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Prints the rows of a database, one a line.")

    @OptionGroup var options: ServerOptions
    @Argument(help: "The tables; all unless given.") var tables: [String] = []

    @ControlActor
    func run() async throws {
        let client = try Client(options)
        await client.connect()
        let schema = try DatabaseSchema(json: try await client.request("get_schema", [.string(options.database)]))
        for table in tables.isEmpty ? schema.tables.keys.sorted() : tables {
            let reply = try await client.request(
                "transact", [.string(options.database), ["op": "select", "table": .string(table), "where": []]])
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
        let client = try Client(options)
        let parsed = try operations.map { try JSON(parsing: $0) }
        await client.connect()
        print(try await client.request("transact", [.string(options.database)] + parsed).text)
        client.session.stop()
    }
}

/// Follows the contents.
struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor", abstract: "Prints the contents of tables and then every change, one JSON value a line.")

    @OptionGroup var options: ServerOptions
    @Argument(help: "The tables; all unless given.") var tables: [String] = []

    @ControlActor
    func run() async throws {
        let client = try Client(options)
        await client.connect()
        let schema = try DatabaseSchema(json: try await client.request("get_schema", [.string(options.database)]))
        let names = tables.isEmpty ? schema.tables.keys.sorted() : tables
        let requests = JSON.object(Dictionary(names.map { ($0, [:]) }, uniquingKeysWith: { $1 }))
        client.session.onMessage = { message in
            guard case .notification("update", let parameters) = message, parameters.count == 2 else { return }
            print(parameters[1].text)
            fflush(nil)
        }
        print(try await client.request("monitor", [.string(options.database), "vswift", requests]).text)
        fflush(nil)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            client.session.onDisconnected = { continuation.resume() }
        }
        client.session.stop()
    }
}
