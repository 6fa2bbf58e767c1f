import Control
import Glibc
import OVSDB
import Program
import TLS

/// Carries commands out as one transaction, again and again until nobody came in between.
@ControlActor
final class DatabaseRun {
    private let options: Options
    private let invocations: [Invocation]
    private let log: VLog
    private let line: String
    private let program: String
    private let directories: RunDirectories
    private let tls = TLSContexts()

    /// The column that counts what the switch has been asked for.
    private static let counter = Tables.Root.table.nextCfg.name
    /// Counts what was heard of the database; the copy at one count is always the same.
    private var generation = 0
    private var failure: String?
    private var client: OVSDBClient?
    private var waiter: CheckedContinuation<Void, Never>?

    /// A run of `invocations`; `line` is the command line that they come from.
    init(
        _ options: Options, _ invocations: [Invocation], log: VLog, line: String, program: String,
        _ directories: RunDirectories
    ) {
        self.options = options
        self.invocations = invocations
        self.log = log
        self.line = line
        self.program = program
        self.directories = directories
        if !options.credentials.isEmpty { tls.credentials = options.credentials }
    }

    /// Does it all, output included.
    func carryOut(_ schema: DatabaseSchema, _ tables: [MonitoredTable]) async throws {
        let client = try await connect(tables)
        defer { leave() }
        while true {
            let seen = generation
            if try await attempt(client, schema) { return }
            try await wait(after: seen)
        }
    }

    // MARK: The connection

    /// A client whose copy is whole, of the first server that can be reached.
    private func connect(_ tables: [MonitoredTable]) async throws -> OVSDBClient {
        for text in options.database.split(separator: ",", omittingEmptySubsequences: true) {
            let remote = try remote(String(text))
            var settings = OVSDBClient.Settings(remote: remote, tables: tables)
            settings.tls = tls
            let client = OVSDBClient(settings)
            self.client = client
            client.onConnected = { [weak self] in self?.heard() }
            client.onUpdate = { [weak self] _ in self?.heard() }
            client.onFailed = { [weak self] cause in
                // Whoever waits for the server to come waits on.
                guard let self, !self.options.retries, !remote.isPassive else { return }
                failure = cause
                heard()
            }
            failure = nil
            client.start()
            while !client.isConnected, failure == nil { await event(after: generation) }
            if client.isConnected { return client }
            leave()
        }
        throw connectionError(failure ?? "Address family not supported by protocol")
    }

    /// Ends the connection; a socket that waits for one goes.
    func leave() {
        client?.stop()
        client = nil
    }

    private func remote(_ text: String) throws -> Remote {
        do throws(OVSDBError) {
            return try Remote(text, mayListen: true, directory: directories.run)
        } catch {
            guard ["unix:", "tcp:", "ssl:", "punix:", "ptcp:", "pssl:"].contains(where: { text.hasPrefix($0) }) else {
                throw connectionError("Address family not supported by protocol")
            }
            throw CommandError("\(error)")
        }
    }

    private func connectionError(_ cause: String) -> CommandError {
        CommandError("\(options.database): database connection failed (\(cause))")
    }

    private func heard() {
        generation += 1
        waiter?.resume()
        waiter = nil
    }

    private func event(after seen: Int) async {
        while generation == seen { await withCheckedContinuation { waiter = $0 } }
    }

    /// Returns when the copy may have changed.
    private func wait(after seen: Int) async throws {
        await event(after: seen)
        if let failure { throw connectionError(failure) }
    }

    // MARK: The transaction

    /// Runs the commands over the present copy.
    ///
    /// - Returns: whether they are done; if not, they must be tried again when the copy has changed.
    private func attempt(_ client: OVSDBClient, _ schema: DatabaseSchema) async throws -> Bool {
        let transaction = DatabaseTransaction(schema: schema, contents: client.tables)
        let context = CommandContext(transaction, log: log, first: invocations[0])
        var results: [CommandResult] = []
        for (index, invocation) in invocations.enumerated() {
            results.append(try context.run(invocation, isLast: index == invocations.count - 1))
            if context.mustWait { return false }
        }
        try check(context.symbols)
        let request = transaction.request(
            increasing: options.waits ? Self.counter : nil, of: context.root, comment: comment,
            isDryRun: options.isDryRun)
        var reply: [JSON] = []
        if request.isChange {
            guard let answer = try await commit(request.operations, client) else { return false }
            reply = answer
        }
        print(results, request, reply)
        if request.isChange, options.waits, !options.isDryRun, let index = request.incremented,
            reply.indices.contains(index), let next = reply[index]["rows"]?.array?.first?[Self.counter]?.integer
        {
            try await waitForSwitch(client, next)
            let interfaces = context.newInterfaces.compactMap { real($0, request, reply) }
            report(interfaces, client)
        }
        return true
    }

    /// The line about this transaction in the database's log.
    private var comment: String { "ovs-vsctl (invoked by \(Self.parent)): \(line)" }

    /// The name by which our parent was called.
    private static var parent: String {
        let descriptor = open("/proc/\(getppid())/cmdline", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "init" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(count, 0)).prefix { $0 != 0 }, as: UTF8.self)
    }

    private func check(_ symbols: SymbolTable) throws {
        for (name, symbol) in symbols.all {
            guard symbol.isCreated else {
                throw CommandError(
                    "row id \"\(name)\" is referenced but never created (e.g. with \"-- --id=\(name) create ...\")")
            }
            guard !symbol.isHeld else { continue }
            let what = symbol.isWeaklyReferred ? "only a weak reference to it" : "no reference to it"
            log.write(
                .warning, "vsctl",
                "row id \"\(name)\" was created but \(what) was inserted, so it will not actually appear in the "
                    + "database")
        }
    }

    /// Sends a transaction.
    ///
    /// - Returns: the reply; nil when somebody came in between.
    private func commit(_ operations: [JSON], _ client: OVSDBClient) async throws -> [JSON]? {
        let reply: [JSON]
        do throws(OVSDBError) {
            reply = try await client.transact(operations)
        } catch {
            if error.code == .disconnected { return nil }
            throw CommandError("transaction error: \(error)")
        }
        var mustRetry = false
        var refusal: String?
        for result in reply {
            switch result["error"]?.string {
            case nil: mustRetry = mustRetry || result == .null && !options.isDryRun
            case "timed out": mustRetry = true
            case "aborted" where options.isDryRun: break
            default:
                refusal = refusal ?? result.text
                log.write(.warning, "ovsdb_idl", "transaction error: \(result.text)")
            }
        }
        if let refusal { throw CommandError("transaction error: \(refusal)") }
        return mustRetry ? nil : reply
    }

    /// A row's UUID in the database.
    private func real(_ row: RowID, _ request: DatabaseTransaction.Request, _ reply: [JSON]) -> UUIDValue? {
        guard let index = request.insertions[row.uuid] else { return row.uuid }
        guard reply.indices.contains(index), let pair = reply[index]["uuid"]?.array, pair.count == 2 else { return nil }
        return pair[1].string.flatMap(UUIDValue.init)
    }

    // MARK: Output

    private func print(_ results: [CommandResult], _ request: DatabaseTransaction.Request, _ reply: [JSON]) {
        var printer = TablePrinter(options.style)
        var text = ""
        for result in results {
            if let table = result.table {
                text += printer.text(table)
                continue
            }
            let output = result.created.map { "\(real($0, request, reply) ?? $0.uuid)\n" } ?? result.output
            text += options.isOneLine ? Self.oneLine(output) : output
        }
        VSCtl.print(text)
    }

    private static func oneLine(_ text: String) -> String {
        let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
        return body.map { $0 == "\n" ? "\\n" : $0 == "\\" ? "\\\\" : String($0) }.joined() + "\n"
    }

    // MARK: The switch

    /// Returns when the switch has done what the configuration number `next` asks for. It may take the database's
    /// server being restarted meanwhile.
    private func waitForSwitch(_ client: OVSDBClient, _ next: Int64) async throws {
        client.onFailed = nil
        while true {
            let seen = generation
            if client.tables.rows(Tables.Root.self).values.contains(where: { $0.curCfg >= next }) { return }
            await event(after: seen)
        }
    }

    /// Tells of new interfaces that do not work.
    private func report(_ interfaces: [UUIDValue], _ client: OVSDBClient) {
        var isBad = false
        for uuid in interfaces {
            guard let row = client.tables.row(Tables.Interface.self, uuid), row.ofport ?? -1 == -1 else { continue }
            let cause = row.error.flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
            complain(
                "Error detected while setting up '\(row.name)'\(cause).  "
                    + "See ovs-vswitchd log for details.")
            isBad = true
        }
        if isBad { complain("The default log directory is \"\(directories.log)\".") }
    }

    private func complain(_ text: String) {
        Array("\(program): \(text)\n".utf8).withUnsafeBytes { LogFile.write($0, to: STDERR_FILENO) }
    }
}
