import Control
import Logging
import OVSDB
import TLS

/// The remotes of a server: those that were given, and those that rows of its databases ask for, as these come and go.
@DatabaseActor
public final class RemoteSet {
    /// With what remotes over TLS are spoken to.
    public nonisolated let tls = TLSContexts()
    /// Where the files for that are named; nil: what ``tls`` has by itself.
    public var credentials: TLSCredentials? {
        didSet {
            for address in credentials?.columns ?? [] { observe(address) }
            readCredentials()
        }
    }

    /// Called when the file of a Unix domain socket that we listen on has come, and before it goes.
    public var onSocketFile: (@DatabaseActor (_ path: String, _ isThere: Bool) -> Void)?

    private let server: DatabaseServer
    private let directory: String?
    private var fixed: [String: ServedRemote] = [:]
    private var dynamic: [String: ServedRemote] = [:]
    private var sources: Set<ColumnAddress> = []
    private var observed: Set<ObjectIdentifier> = []
    private var reporter: LoopTimer?
    private var complaints: Set<String> = []
    private let logger = Logger(label: "ovsdb_server")

    /// No remotes yet.
    ///
    /// - Parameter directory: where Unix domain sockets are that are named without one; nil: where the process is.
    public init(_ server: DatabaseServer, directory: String? = nil) {
        self.server = server
        self.directory = directory
        server.onDatabases = { [weak self] in self?.databasesChanged() }
    }

    /// Serves one more remote.
    ///
    /// - Throws: code ``OVSDBError/Code/address`` for what is none, ``OVSDBError/Code/io`` when it cannot be served.
    public func add(_ text: String) async throws(OVSDBError) {
        let target = try RemoteTarget(text, directory: directory)
        guard case .column(let address) = target else {
            let remote = served(target, text, RemoteSettings())
            do throws(StorageError) {
                try await remote.start()
            } catch {
                throw OVSDBError(.io, error.description)
            }
            fixed[text]?.stop()
            fixed[text] = remote
            return
        }
        guard address.find(in: server) != nil else {
            throw OVSDBError(.address, address.whatIsMissing(in: server))
        }
        sources.insert(address)
        observe(address)
        if reporter == nil {
            reporter = LoopTimer(on: DatabaseActor.shared.eventLoop, every: .milliseconds(2500)) { [weak self] in
                self?.report()
            }
        }
        follow()
        report()
    }

    private func served(_ target: RemoteTarget, _ name: String, _ settings: RemoteSettings) -> ServedRemote {
        let remote = ServedRemote(target, named: name, settings, server: server, tls: tls)
        remote.onSocketFile = { [weak self] in self?.onSocketFile?($0, $1) }
        return remote
    }

    /// Follows the columns of databases that have come.
    private func databasesChanged() {
        observed.formIntersection(server.databases.values.map(ObjectIdentifier.init))
        for address in sources.union(credentials?.columns ?? []) { observe(address) }
        schedule()
    }

    /// Looks at the rows again whenever the table of a column changes, or one that it refers to.
    private func observe(_ address: ColumnAddress) {
        guard let hosted = server.databases[address.database], observed.insert(ObjectIdentifier(hosted)).inserted else {
            return
        }
        hosted.observe { [weak self, weak hosted] changes in
            guard let self, let hosted else { return }
            if concerns(changes, hosted) { schedule() }
        }
    }

    private func readCredentials() {
        tls.credentials = credentials.map { $0.resolved(in: server) }.flatMap { $0.privateKey.isEmpty ? nil : $0 }
    }

    /// Ends a remote that was given; false when there is none.
    public func remove(_ text: String) -> Bool {
        if let remote = fixed.removeValue(forKey: text) {
            remote.stop()
            return true
        }
        guard let address = ColumnAddress(text), sources.remove(address) != nil else { return false }
        follow()
        return true
    }

    /// The remotes that were given.
    public var names: [String] {
        (fixed.keys + sources.map(\.description)).sorted()
    }

    /// Drops all connections (`ovsdb-server/reconnect`).
    public func reconnect() {
        for remote in fixed.values { remote.reconnect() }
        for remote in dynamic.values { remote.reconnect() }
    }

    /// The port on which a `ptcp:` remote listens.
    public func port(of text: String) -> Int? { (fixed[text] ?? dynamic[text])?.port }

    /// Ends all remotes.
    public func stop() {
        reporter = nil
        for remote in fixed.values { remote.stop() }
        for remote in dynamic.values { remote.stop() }
        fixed = [:]
        dynamic = [:]
        sources = []
    }

    // MARK: Rows

    private var isScheduled = false

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        DatabaseActor.enqueue { [weak self] in
            self?.isScheduled = false
            self?.readCredentials()
            self?.follow()
        }
    }

    private func concerns(_ changes: [RowChange], _ hosted: HostedDatabase) -> Bool {
        var tables: Set<String> = []
        for source in sources.union(credentials?.columns ?? []) where source.database == hosted.name {
            tables.insert(source.table)
            let column = source.find(in: server)?.column
            if let referenced = column?.type.key.referencedTable { tables.insert(referenced) }
        }
        return changes.contains { tables.contains($0.table.name) }
    }

    /// Brings the remotes in line with the rows.
    private func follow() {
        var wanted: [String: RemoteSettings] = [:]
        for source in sources { collect(source, &wanted) }
        for (text, remote) in dynamic {
            if let settings = wanted[text], settings == remote.settings || remote.configure(settings) { continue }
            remote.stop()
            dynamic[text] = nil
        }
        complaints.formIntersection(wanted.keys)
        for (text, settings) in wanted where dynamic[text] == nil && fixed[text] == nil {
            do throws(OVSDBError) {
                let target = try RemoteTarget(text, directory: directory)
                if case .column = target { throw OVSDBError(.address, "\(text): not allowed in a row") }
                let remote = served(target, text, settings)
                dynamic[text] = remote
                Task { @DatabaseActor in
                    do throws(StorageError) { try await remote.start() } catch { logger.error("\(error)") }
                }
            } catch {
                if complaints.insert(text).inserted { logger.error("\(error)") }
            }
        }
    }

    private func collect(_ source: ColumnAddress, _ wanted: inout [String: RemoteSettings]) {
        forEachValue(of: source) { value, referenced in
            switch (value, referenced) {
            case (.string(let text), _): wanted[text] = RemoteSettings()
            case (.uuid(let uuid), let table?):
                guard let row = table.rows[uuid] else { return }
                func datum(_ column: String) -> Datum { table.columnsByName[column]?.datum(uuid, row) ?? .empty }
                guard let text = datum(Self.manager.target.name).string else { return }
                // Who may do what by role is nothing that this server knows; to serve it would be to allow all.
                if let role = datum("role").string, !role.isEmpty {
                    if complaints.insert(text).inserted { logger.error("\(text): roles are not supported: \(role)") }
                    return
                }
                wanted[text] = RemoteSettings(datum)
            default: break
            }
        }
    }

    /// The columns by which rows say what remotes they ask for, and are told what became of them. Other databases have
    /// tables with columns of the same names.
    private static var manager: OpenVSwitchSchema.Manager { OpenVSwitchSchema.Manager.table }

    /// Calls `body` with each element of a column, and the table that it refers to.
    private func forEachValue(of source: ColumnAddress, _ body: (Atom, Table?) -> Void) {
        guard let (hosted, table, column) = source.find(in: server) else { return }
        let referenced = column.type.key.referencedTable.flatMap { hosted.database.tablesByName[$0] }
        for (uuid, row) in table.rows {
            for atom in column.datum(uuid, row).keys { body(atom, referenced) }
        }
    }

    /// Writes into the rows what became of their remotes, where they have columns for that.
    private func report() {
        for source in sources {
            guard let hosted = server.databases[source.database] else { continue }
            var operations: [Operation] = []
            forEachValue(of: source) { value, referenced in
                guard case .uuid(let uuid) = value, let table = referenced, let row = table.rows[uuid],
                    let text = table.columnsByName[Self.manager.target.name]?.datum(uuid, row).string
                else { return }
                let status = (dynamic[text] ?? fixed[text])?.status ?? (isConnected: false, values: ["state": "VOID"])
                var told = TableRow<OpenVSwitchSchema.Manager>()
                told.isConnected = status.isConnected
                told.status = status.values
                let columns = told.values.columns.filter { name, value in
                    table.columnsByName[name].map { $0.datum(uuid, row) != value } ?? false
                }
                if !columns.isEmpty { operations.append(.update(table.name, where: [.row(uuid)], row: columns)) }
            }
            if !operations.isEmpty { hosted.transactInternally(operations) }
        }
    }
}
