import OVSDB
import OVSDBServer
import Service

/// A server in operation: what operators add to it and take from it while it runs.
@DatabaseActor
public final class DatabaseServerOperation {
    let server: DatabaseServer
    let remotes: RemoteSet
    /// The database that nobody may remove; nil: none.
    private let essential: String?
    private let options: DatabaseServerOptions?
    private let state: ServedState?
    private var watchdog: Watchdog?

    /// The server within the switch, which is configured by its database.
    public init(_ embedded: EmbeddedDatabase) {
        server = embedded.server
        remotes = embedded.remotes
        essential = OpenVSwitchSchema.schema.name
        options = nil
        state = nil
    }

    /// A server of what `options` name, or of what the process before has left in `state`.
    init(_ server: DatabaseServer, _ remotes: RemoteSet, _ options: DatabaseServerOptions, _ state: ServedState?) {
        self.server = server
        self.remotes = remotes
        self.options = options
        self.state = state
        essential = nil
    }

    /// Opens what is to be served first.
    func begin() async throws(UnixctlError) {
        let wanted =
            state?.read() ?? ServedState.Contents(files: options?.files ?? [], remotes: options?.remotes ?? [])
        for file in wanted.files { try open(file) }
        for remote in wanted.remotes { try await listen(remote) }
        try keep()
    }

    /// The databases' files and the remotes, for the process image that comes after this one.
    public var served: (files: [String], remotes: [String]) {
        (server.databases.values.compactMap { $0.storage?.path }.sorted(), remotes.names)
    }

    /// Serves what the image before did, besides what every image begins with; why some of it cannot be served.
    public func resume(files: [String], remotes wanted: [String]) async -> [String] {
        var faults: [String] = []
        for file in files where !served.files.contains(file) {
            do throws(UnixctlError) { try open(file) } catch { faults.append(error.description) }
        }
        for remote in wanted where !remotes.names.contains(remote) {
            do throws(UnixctlError) { try await listen(remote) } catch { faults.append(error.description) }
        }
        // Sockets stay: the switch itself comes by one of them.
        for remote in remotes.names where remote.hasPrefix("db:") && !wanted.contains(remote) {
            _ = await remotes.remove(remote)
        }
        return faults
    }

    /// Ends all connections; what was written is on disk when this returns.
    public func stop() async {
        remotes.stop()
        server.stop()
        await server.settle()
    }

    /// Serves the database in `file` as well.
    func add(_ file: String) throws(UnixctlError) {
        try open(file)
        try keep()
    }

    /// Serves the database `name` no longer.
    func remove(_ name: String) async throws(UnixctlError) {
        let database = try database(name)
        if server.isReserved(database) { throw UnixctlError("Cannot remove reserved database.") }
        if name == essential { throw UnixctlError("Cannot remove the database of the switch.") }
        await server.remove(database)
        try keep()
    }

    /// Serves one more remote; one that is there stays.
    func addRemote(_ remote: String) async throws(UnixctlError) {
        try await listen(remote)
        try keep()
    }

    /// Ends a remote.
    func removeRemote(_ remote: String) async throws(UnixctlError) {
        guard await remotes.remove(remote) else { throw UnixctlError("no such remote") }
        try keep()
    }

    /// Has it noticed when the databases' thread is held up, as it is for the control thread.
    public func watch(_ coverage: Coverage) {
        let watchdog = Watchdog(on: DatabaseActor.shared.eventLoop, coverage: coverage.longPolls)
        watchdog.start()
        self.watchdog = watchdog
    }

    /// The database of that name.
    func database(_ name: String) throws(UnixctlError) -> HostedDatabase {
        guard let database = server.databases[name] else { throw UnixctlError("Failed to find the database.") }
        return database
    }

    private func open(_ file: String) throws(UnixctlError) {
        if server.databases.values.contains(where: { $0.storage?.path == file }) {
            throw UnixctlError("ovsdb error: \(file): already open")
        }
        do throws(StorageError) {
            let opened = try DatabaseFile.open(file, durability: options?.durability ?? .everyTransaction)
            opened.storage.writesDifferences = options?.writesDifferences ?? true
            let database = HostedDatabase(opened)
            guard server.databases[database.name] == nil else {
                throw StorageError("\(file): duplicate database name '\(database.name)'")
            }
            server.add(database)
        } catch {
            throw UnixctlError(error.report)
        }
    }

    private func listen(_ remote: String) async throws(UnixctlError) {
        do throws(OVSDBError) {
            try await remotes.add(remote)
        } catch {
            throw UnixctlError("\(error)")
        }
    }

    /// Lets the process that may follow know.
    private func keep() throws(UnixctlError) {
        let served = served
        try state?.write(ServedState.Contents(files: served.files, remotes: served.remotes))
    }
}
