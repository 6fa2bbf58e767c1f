import CLinux
import Control
import Logging
import NIOCore
import OVSDB

/// A server of databases over JSON-RPC, as ovsdb-server is one.
@DatabaseActor
public final class DatabaseServer {
    /// Tells this run of the server from others (`get_server_id`).
    public let id = UUIDValue.random()
    /// The databases by name, `_Server` among them.
    public private(set) var databases: [String: HostedDatabase] = [:]
    /// Whether memory goes back to the system when a file has been written anew.
    public var trimsOnCompaction = false
    /// Whether clients may ask for monitors with conditions; without them, a server is one of RFC 7047 alone.
    public var offersConditions = true
    /// Called when another database is offered, one no longer, or one of another schema.
    var onDatabases: (@DatabaseActor () -> Void)?
    let locks = LockTable()
    let outbox = Outbox()
    /// For the connections of clients.
    let workspace = JSONWorkspace()

    private let own: HostedDatabase
    private var sessions: [ObjectIdentifier: ServerSession] = [:]
    private var upkeep: LoopTimer?
    private let logger = Logger(label: "ovsdb_server")

    /// A server without databases but its own, which tells clients of the others.
    public init() throws(OperationError) {
        own = HostedDatabase(try Database(schema: ServerSchema.schema), schema: ServerSchema.schema.json)
        databases[own.name] = own
        tell(own)
        upkeep = LoopTimer(on: DatabaseActor.shared.eventLoop, every: .seconds(5)) { [weak self] in self?.keepSmall() }
    }

    // MARK: Databases

    /// Offers a database. Of two with one name the later counts. Clients that may have asked for it in vain are cut off,
    /// so that they ask again.
    public func add(_ database: HostedDatabase) {
        leaveTheUnaware()
        databases[database.name] = database
        database.storage?.onSettled = { [outbox] in outbox.flush() }
        database.storage?.onFailure = { [weak self] in self?.dropWaiting() }
        tell(database)
        onDatabases?()
    }

    /// Makes the row of `database` in `_Server` true.
    private func tell(_ database: HostedDatabase) {
        var row = TableRow<ServerSchema.Database>()
        row.name = database.name
        row.model = "standalone"
        row.connected = true
        row.leader = true
        row.schema = database.schema.text
        own.transactInternally([
            .delete(from: ServerSchema.Database.name, where: [Self.row(of: database)]), .insert(row),
        ])
    }

    private static func row(of database: HostedDatabase) -> Condition {
        Condition(\ServerSchema.Database.name, .equal, database.name)
    }

    /// Takes a database over into another schema. Its monitors end; clients that do not know what that means are cut
    /// off, so that they begin anew.
    func convert(_ database: HostedDatabase, to json: JSON, _ schema: DatabaseSchema) throws(OperationError) {
        try database.convert(to: json, schema)
        endMonitors(of: database)
        var row = TableRow<ServerSchema.Database>()
        row.schema = database.schema.text
        own.transactInternally([.update(row, where: [Self.row(of: database)])])
        logger.info("converted database \(database.name)")
        onDatabases?()
        // Whoever asked for this has to hear of it first.
        DatabaseActor.enqueue { [weak self] in self?.leaveTheUnaware() }
    }

    /// Offers a database no longer; its file is on disk and given back when this returns (`ovsdb-server/remove-db`). Its
    /// own the server keeps.
    public func remove(_ database: HostedDatabase) async {
        guard database !== own, databases[database.name] === database else { return }
        endMonitors(of: database)
        database.cancelWaiting()
        databases[database.name] = nil
        leaveTheUnaware()
        own.transactInternally([.delete(from: ServerSchema.Database.name, where: [Self.row(of: database)])])
        onDatabases?()
        // Whoever waits for the disk still hears how that went.
        await database.storage?.close()
    }

    /// Whether the server keeps the database itself: `_Server`.
    public func isReserved(_ database: HostedDatabase) -> Bool { database === own }

    private func endMonitors(of database: HostedDatabase) {
        for session in sessions.values {
            for (id, monitor) in session.monitors where monitor.database === database {
                session.monitors[id] = nil
                database.remove(monitor)
                if session.isChangeAware { session.notify("monitor_canceled", [id]) }
            }
        }
    }

    /// Cuts off the clients that do not know what it means when databases change, once they have their replies.
    private func leaveTheUnaware() {
        for session in sessions.values.filter({ !$0.isChangeAware }) { session.disconnectWhenDone() }
    }

    private func keepSmall() {
        for database in databases.values where database.storage?.shouldCompact == true {
            Task { @DatabaseActor in
                do throws(StorageError) {
                    try await compact(database)
                } catch {
                    logger.warning("\(database.name): compaction failed: \(error)")
                }
            }
        }
    }

    /// Writes the file of a database anew, without what is past (`ovsdb-server/compact`).
    public func compact(_ database: HostedDatabase) async throws(StorageError) {
        guard let storage = database.storage else { return }
        let before = storage.size
        try await storage.compact(database.database)
        if trimsOnCompaction { cl_trim_heap() }
        logger.info("\(database.name): database compacted from \(before) to \(storage.size) bytes")
    }

    // MARK: Sessions

    /// How many clients there are, and how many monitors of theirs, as `memory/show` tells it.
    public var figures: [(name: String, count: Int)] {
        [("sessions", sessions.count), ("monitors", sessions.values.reduce(0) { $0 + $1.monitors.count })]
    }

    /// Serves a connection that is attached to its channel.
    @discardableResult
    func serve(
        _ connection: JSONRPCConnection, _ settings: ServerSession.Settings,
        ended: @escaping @DatabaseActor (ServerSession) -> Void = { _ in }
    ) -> ServerSession {
        let session = ServerSession(connection, server: self, settings) { [weak self] session in
            self?.sessions[ObjectIdentifier(session)] = nil
            // Somebody may have waited for a lock that is free now.
            self?.databases.values.forEach { $0.retryWaiting() }
            ended(session)
        }
        sessions[ObjectIdentifier(session)] = session
        return session
    }

    /// Cuts off whoever waits to hear of a transaction that could not be made to last: no answer means that nobody
    /// knows, which is the truth.
    private func dropWaiting() {
        for session in outbox.removeAll() { session.disconnect() }
    }

    /// Ends all sessions; transactions that were answered are on disk.
    public func stop() {
        upkeep = nil
        for session in sessions.values { session.disconnect() }
        for database in databases.values {
            database.storage?.onSettled = nil
            database.storage?.onFailure = nil
        }
    }

    /// Waits until all that was written to files is on disk.
    public func settle() async {
        for database in databases.values { await database.storage?.settle() }
    }
}
