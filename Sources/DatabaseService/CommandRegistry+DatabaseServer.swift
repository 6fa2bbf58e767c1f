import Control
import OVSDBServer
import Service

/// The commands of ovsdb-server(1). Those for relays, clusters and replication are not there: standalone databases are
/// served, and nothing else.
extension CommandRegistry {
    /// Adds the commands, and what `memory/show` counts.
    public func registerDatabaseCommands(over operation: DatabaseServerOperation, _ memory: MemoryReport) {
        let server = operation.server
        registerDatabases(operation)
        registerRemotes(operation)
        onDatabases("ovsdb-server/compact", usage: "[DB]", arguments: 0...1) { arguments in
            let wanted: [HostedDatabase]
            if let name = arguments.first {
                // Nothing of it is kept.
                if name.hasPrefix("_") { throw UnixctlError("cannot compact built-in databases") }
                guard let database = server.databases[name] else { throw UnixctlError("not a known database") }
                wanted = [database]
            } else {
                wanted = server.databases.values.filter { $0.storage != nil }.sorted { $0.name < $1.name }
            }
            for database in wanted {
                do throws(StorageError) {
                    try await server.compact(database)
                } catch {
                    throw UnixctlError(error.report)
                }
            }
            return ""
        }
        onDatabases("ovsdb-server/memory-trim-on-compaction", usage: "on|off", arguments: 1...1) { arguments in
            guard ["on", "off"].contains(arguments[0]) else { throw UnixctlError("invalid argument") }
            server.trimsOnCompaction = arguments[0] == "on"
            return ""
        }
        onDatabases("ovsdb-server/disable-monitor-cond") { _ in
            server.offersConditions = false
            operation.remotes.reconnect()
            return ""
        }
        onDatabases("ovsdb-server/sync-status") { _ in "state: active\n" }
        memory.add { await server.figures }
    }

    /// Adds a command that is carried out on the databases' thread.
    private func onDatabases(
        _ name: String, usage: String = "", arguments: ClosedRange<Int> = 0...0,
        _ body: @escaping @Sendable @DatabaseActor (_ arguments: [String]) async throws -> String
    ) {
        register(name, usage: usage, arguments: arguments) { try await body($0) }
    }

    private func registerDatabases(_ operation: DatabaseServerOperation) {
        onDatabases("ovsdb-server/list-dbs") { _ in
            operation.server.databases.keys.sorted().map { $0 + "\n" }.joined()
        }
        onDatabases("ovsdb-server/add-db", usage: "DB", arguments: 1...1) { arguments in
            try operation.add(arguments[0])
            return ""
        }
        onDatabases("ovsdb-server/remove-db", usage: "DB", arguments: 1...1) { arguments in
            try await operation.remove(arguments[0])
            return ""
        }
        onDatabases("ovsdb-server/get-db-storage-status", usage: "DB", arguments: 1...1) { arguments in
            try operation.database(arguments[0]).storage?.fault.map { "status: \($0)\n" } ?? "status: ok\n"
        }
    }

    private func registerRemotes(_ operation: DatabaseServerOperation) {
        onDatabases("ovsdb-server/list-remotes") { _ in operation.remotes.names.map { $0 + "\n" }.joined() }
        onDatabases("ovsdb-server/add-remote", usage: "REMOTE", arguments: 1...1) { arguments in
            try await operation.addRemote(arguments[0])
            return ""
        }
        onDatabases("ovsdb-server/remove-remote", usage: "REMOTE", arguments: 1...1) { arguments in
            try await operation.removeRemote(arguments[0])
            return ""
        }
        onDatabases("ovsdb-server/reconnect") { _ in
            operation.remotes.reconnect()
            return ""
        }
    }
}
