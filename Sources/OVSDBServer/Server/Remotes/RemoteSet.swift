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
    /// Those that were given, but for columns.
    private var given: Set<String> = []
    private var sources: Set<ColumnAddress> = []
    /// What is served of all that is asked for. A remote is one, however many ask for it.
    private var served: [String: ServedRemote] = [:]
    /// Why others are not, though rows ask for them.
    private var faults: [String: RemoteFault] = [:]
    private var retry: LoopTimer?
    private var isStopped = false
    /// The last of the changes that wait for their turn.
    private var lastChange: Task<Void, Never>?
    private var observed: Set<ObjectIdentifier> = []
    private var reporter: LoopTimer?
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
        let fault: OVSDBError? = await inTurn { [self] in
            if case .column(let address) = target { return await add(address) }
            if isStopped || given.contains(text) { return nil }
            if let fault = await follow(adding: text) { return fault }
            given.insert(text)
            return nil
        }
        if let fault { throw fault }
    }

    private func add(_ address: ColumnAddress) async -> OVSDBError? {
        if isStopped || sources.contains(address) { return nil }
        guard address.find(in: server) != nil else { return OVSDBError(.address, address.whatIsMissing(in: server)) }
        sources.insert(address)
        observe(address)
        if reporter == nil {
            reporter = LoopTimer(on: DatabaseActor.shared.eventLoop, every: .milliseconds(2500)) { [weak self] in
                self?.report()
            }
        }
        await follow()
        report()
        return nil
    }

    /// Carries out one change after the other: a socket must not be made while another of the same name goes.
    private func inTurn<Result: Sendable>(_ change: @escaping @DatabaseActor () async -> Result) async -> Result {
        let task = Task { @DatabaseActor [before = lastChange] in
            await before?.value
            return await change()
        }
        lastChange = Task { _ = await task.value }
        return await task.value
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

    /// Ends a remote that was given, unless rows ask for it as well; false when there is none.
    public func remove(_ text: String) async -> Bool {
        await inTurn { [self] in
            guard given.remove(text) != nil || ColumnAddress(text).flatMap({ sources.remove($0) }) != nil else {
                return false
            }
            await follow()
            return true
        }
    }

    /// The remotes that were given.
    public var names: [String] {
        (given + sources.map(\.description)).sorted()
    }

    /// Drops all connections (`ovsdb-server/reconnect`).
    public func reconnect() {
        for remote in served.values { remote.reconnect() }
    }

    /// The port on which a `ptcp:` remote listens.
    public func port(of text: String) -> Int? { served[text]?.port }

    /// Ends all remotes for good.
    public func stop() {
        isStopped = true
        reporter = nil
        retry = nil
        for remote in served.values { remote.stop() }
        served = [:]
        given = []
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
            self?.followInTurn()
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

    private func followInTurn() {
        Task { @DatabaseActor [weak self] in
            await self?.inTurn { [weak self] in _ = await self?.follow() }
        }
    }

    /// Brings what is served in line with what was given and with the rows.
    ///
    /// - Parameter added: what is to be given next.
    /// - Returns: why that cannot be served.
    @discardableResult
    private func follow(adding added: String? = nil) async -> OVSDBError? {
        var asked: [String: RemoteSettings] = [:]
        var faults: [String: RemoteFault] = [:]
        for source in sources { collect(source, &asked, &faults) }
        var wanted = asked
        for text in given.union(added.map { [$0] } ?? []) where asked[text] == nil { wanted[text] = RemoteSettings() }
        for (text, remote) in served {
            if let settings = wanted[text], settings == remote.settings || remote.configure(settings) { continue }
            remote.stop()
            served[text] = nil
        }
        for (text, settings) in wanted where served[text] == nil {
            if let fault = self.faults[text], fault.isLasting, fault.wish == settings {
                faults[text] = fault
            } else {
                faults[text] = await serve(text, settings)
            }
            // The end may have come meanwhile.
            if isStopped { return nil }
        }
        let fault = added.flatMap { served[$0] == nil ? faults[$0]?.error : nil }
        if let added, asked[added] == nil { faults[added] = nil }
        for (text, fault) in faults where self.faults[text] == nil { logger.error("\(fault.error)") }
        self.faults = faults
        // Nobody tells when a port becomes free.
        retry =
            faults.values.allSatisfy(\.isLasting)
            ? nil
            : LoopTimer(on: DatabaseActor.shared.eventLoop, after: .seconds(1)) { [weak self] in self?.followInTurn() }
        return fault
    }

    private func serve(_ text: String, _ settings: RemoteSettings) async -> RemoteFault? {
        do throws(OVSDBError) {
            let target = try RemoteTarget(text, directory: directory)
            if case .column = target { throw OVSDBError(.address, "\(text): not allowed in a row") }
            guard !isStopped else { return nil }
            let remote = ServedRemote(target, named: text, settings, server: server, tls: tls)
            remote.onSocketFile = { [weak self] in self?.onSocketFile?($0, $1) }
            // The end of the set is its end too, from now on.
            served[text] = remote
            do throws(StorageError) {
                try await remote.start()
                return nil
            } catch {
                served[text] = nil
                // Looking up a name can hold up everything: that is not done time and again.
                return RemoteFault(
                    error: OVSDBError(.io, error.description), wish: settings, isLasting: error.errno == nil)
            }
        } catch {
            return RemoteFault(error: error, wish: settings, isLasting: true)
        }
    }

    private func collect(
        _ source: ColumnAddress, _ wanted: inout [String: RemoteSettings], _ faults: inout [String: RemoteFault]
    ) {
        forEachValue(of: source) { value, referenced in
            switch (value, referenced) {
            case (.string(let text), _): wanted[text] = RemoteSettings()
            case (.uuid(let uuid), let table?):
                guard let row = table.rows[uuid] else { return }
                func datum(_ column: String) -> Datum { table.columnsByName[column]?.datum(uuid, row) ?? .empty }
                guard let text = datum(Self.manager.target.name).string else { return }
                // Who may do what by role is nothing that this server knows; to serve it would be to allow all.
                if let role = datum("role").string, !role.isEmpty {
                    let error = OVSDBError(.address, "\(text): roles are not supported: \(role)")
                    faults[text] = RemoteFault(error: error, wish: nil, isLasting: true)
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
                let status =
                    served[text]?.status ?? faults[text]?.status ?? (isConnected: false, values: ["state": "VOID"])
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
