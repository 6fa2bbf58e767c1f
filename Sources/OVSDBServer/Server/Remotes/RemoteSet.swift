import Control
import Logging
import OVSDB

/// The remotes of a server: those that were given, and those that rows of its databases ask for, as these come and go.
@ControlActor
public final class RemoteSet {
    /// A column of a database that says which remotes there are.
    private struct Source: Hashable {
        let database: String
        let table: String
        let column: String
    }

    private let server: DatabaseServer
    private var fixed: [String: ServedRemote] = [:]
    private var dynamic: [String: ServedRemote] = [:]
    private var sources: Set<Source> = []
    private var observed: Set<ObjectIdentifier> = []
    private var reporter: ControlTimer?
    private var complaints: Set<String> = []
    private let logger = Logger(label: "ovsdb_server")

    /// No remotes yet.
    public init(_ server: DatabaseServer) {
        self.server = server
    }

    /// Serves one more remote.
    ///
    /// - Throws: code ``OVSDBError/Code/address`` for what is none, ``OVSDBError/Code/io`` when it cannot be served.
    public func add(_ text: String) async throws(OVSDBError) {
        let target = try RemoteTarget(text)
        guard case .column(let database, let table, let column) = target else {
            let remote = ServedRemote(target, named: text, RemoteSettings(), server: server)
            do throws(StorageError) {
                try await remote.start()
            } catch {
                throw OVSDBError(.io, error.description)
            }
            fixed[text]?.stop()
            fixed[text] = remote
            return
        }
        guard let hosted = server.databases[database] else {
            throw OVSDBError(.address, "\"\(text)\": no database named \(database)")
        }
        guard hosted.database.tablesByName[table]?.columnsByName[column] != nil else {
            throw OVSDBError(.address, "\"\(text)\": no column \(column) in table \(table) of \(database)")
        }
        sources.insert(Source(database: database, table: table, column: column))
        if observed.insert(ObjectIdentifier(hosted)).inserted {
            hosted.observe { [weak self, weak hosted] changes in
                guard let self, let hosted else { return }
                if concerns(changes, hosted) { schedule() }
            }
        }
        if reporter == nil {
            reporter = ControlTimer(every: .milliseconds(2500), pace: .machine) { [weak self] in self?.report() }
        }
        follow()
    }

    /// Ends a remote that was given; false when there is none.
    public func remove(_ text: String) -> Bool {
        if let remote = fixed.removeValue(forKey: text) {
            remote.stop()
            return true
        }
        guard case .column(let database, let table, let column)? = try? RemoteTarget(text) else { return false }
        guard sources.remove(Source(database: database, table: table, column: column)) != nil else { return false }
        follow()
        return true
    }

    /// The remotes that were given.
    public var names: [String] {
        (fixed.keys + sources.map { "db:\($0.database),\($0.table),\($0.column)" }).sorted()
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
        ControlActor.enqueue { [weak self] in
            self?.isScheduled = false
            self?.follow()
        }
    }

    private func concerns(_ changes: [RowChange], _ hosted: HostedDatabase) -> Bool {
        var tables: Set<String> = []
        for source in sources where source.database == hosted.name {
            tables.insert(source.table)
            let column = hosted.database.tablesByName[source.table]?.columnsByName[source.column]
            if let referenced = column?.type.key.referencedTable { tables.insert(referenced) }
        }
        return changes.contains { tables.contains($0.table.name) }
    }

    /// Brings the remotes in line with the rows.
    private func follow() {
        var wanted: [String: RemoteSettings] = [:]
        for source in sources { collect(source, &wanted) }
        for (text, remote) in dynamic where wanted[text] != remote.settings {
            remote.stop()
            dynamic[text] = nil
        }
        complaints.formIntersection(wanted.keys)
        for (text, settings) in wanted where dynamic[text] == nil && fixed[text] == nil {
            do throws(OVSDBError) {
                let target = try RemoteTarget(text)
                if case .column = target { throw OVSDBError(.address, "\(text): not allowed in a row") }
                let remote = ServedRemote(target, named: text, settings, server: server)
                dynamic[text] = remote
                Task { @ControlActor in
                    do throws(StorageError) { try await remote.start() } catch { logger.error("\(error)") }
                }
            } catch {
                if complaints.insert(text).inserted { logger.error("\(error)") }
            }
        }
    }

    private func collect(_ source: Source, _ wanted: inout [String: RemoteSettings]) {
        forEachValue(of: source) { value, referenced in
            switch (value, referenced) {
            case (.string(let text), _): wanted[text] = RemoteSettings()
            case (.uuid(let uuid), let table?):
                guard let row = table.rows[uuid] else { return }
                func datum(_ column: String) -> Datum { table.columnsByName[column]?.datum(uuid, row) ?? .empty }
                guard let text = datum("target").string else { return }
                var settings = RemoteSettings()
                if let probe = datum("inactivity_probe").integer { settings.probeInterval = .milliseconds(probe) }
                if let isReadOnly = datum("read_only").boolean { settings.isReadOnly = isReadOnly }
                wanted[text] = settings
            default: break
            }
        }
    }

    /// Calls `body` with each element of a column, and the table that it refers to.
    private func forEachValue(of source: Source, _ body: (Atom, Table?) -> Void) {
        guard let database = server.databases[source.database]?.database,
            let table = database.tablesByName[source.table], let column = table.columnsByName[source.column]
        else { return }
        let referenced = column.type.key.referencedTable.flatMap { database.tablesByName[$0] }
        for (uuid, row) in table.rows {
            for atom in column.datum(uuid, row).keys { body(atom, referenced) }
        }
    }

    /// Writes into the rows what became of their remotes, where they have columns for that.
    private func report() {
        for source in sources {
            guard let hosted = server.databases[source.database] else { continue }
            var operations: [JSON] = []
            forEachValue(of: source) { value, referenced in
                guard case .uuid(let uuid) = value, let table = referenced, let row = table.rows[uuid],
                    let text = table.columnsByName["target"]?.datum(uuid, row).string
                else { return }
                let status = (dynamic[text] ?? fixed[text])?.status ?? (isConnected: false, values: ["state": "VOID"])
                var columns: [String: JSON] = [:]
                let values: [(String, Datum)] = [
                    ("is_connected", .boolean(status.isConnected)), ("status", .map(status.values)),
                ]
                for (name, value) in values {
                    guard let column = table.columnsByName[name], column.datum(uuid, row) != value else { continue }
                    columns[name] = value.json
                }
                if columns.isEmpty { return }
                operations.append([
                    "op": "update", "table": .string(table.name), "where": [["_uuid", "==", Atom.uuid(uuid).json]],
                    "row": .object(columns),
                ])
            }
            if !operations.isEmpty { hosted.transactInternally(operations) }
        }
    }
}
