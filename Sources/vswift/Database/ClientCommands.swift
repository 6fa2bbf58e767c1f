import ArgumentParser
import Control
import Glibc
import OVSDB

/// Carries out operations.
struct TransactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transact",
        abstract: "Carries out operations and prints the reply; the status is 1 when one of them failed.")

    @OptionGroup var options: ServerOptions
    @Argument(
        help: ArgumentHelp(
            "Operations, each a JSON object; or one array of the database's name and them, as for ovsdb-client, before "
                + "which the server may be.", valueName: "operations"))
    var words: [String]

    @ControlActor
    func run() async throws {
        QuietLog.begin()
        var options = options
        var operations = words[...]
        options.takeServer(from: &operations)
        guard !operations.isEmpty else { throw ValidationError("no operation was given") }
        let parsed = try operations.map { word in
            do { return try JSON(parsing: word) } catch { throw CommandFailure("'\(word)' is no JSON: \(error)") }
        }
        let client = try Client(options)
        // Named database first: all of a request's parameters.
        let whole = parsed.count == 1 ? parsed[0].array : nil
        try await client.connect()
        let reply = try await client.request("transact", whole ?? [.string(options.database)] + parsed)
        print(reply.text)
        client.session.stop()
        if reply.array?.contains(where: { $0["error"] != nil }) ?? false { throw ExitCode.failure }
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
        let (client, selection) = try await options.connect()
        let requests = selection.tables.map { table in
            let columns = table.columns.map { JSON.array($0.map(JSON.string)) }
            return (table.name, columns.map { ["columns": $0] as JSON } ?? [:])
        }
        client.session.onMessage = { message in
            guard case .notification("update", let parameters) = message, parameters.count == 2 else { return }
            print(parameters[1].text)
            fflush(nil)
        }
        let parameters: [JSON] = [.string(selection.database), "vswift", .object(.init(requests))]
        print(try await client.request("monitor", parameters).text)
        fflush(nil)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            client.session.onDisconnected = { continuation.resume() }
        }
        client.session.stop()
    }
}
