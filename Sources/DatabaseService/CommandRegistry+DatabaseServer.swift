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
        register("ovsdb-server/compact", usage: "[DB]", arguments: 0...1) { arguments in
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
        register("ovsdb-server/memory-trim-on-compaction", usage: "on|off", arguments: 1...1) { arguments in
            guard ["on", "off"].contains(arguments[0]) else { throw UnixctlError("invalid argument") }
            server.trimsOnCompaction = arguments[0] == "on"
            return ""
        }
        register("ovsdb-server/disable-monitor-cond") { _ in
            server.offersConditions = false
            operation.remotes.reconnect()
            return ""
        }
        register("ovsdb-server/sync-status") { _ in "state: active\n" }
        memory.add { [("sessions", server.sessionCount), ("monitors", server.monitorCount)] }
    }

    private func registerDatabases(_ operation: DatabaseServerOperation) {
        register("ovsdb-server/list-dbs") { _ in
            operation.server.databases.keys.sorted().map { $0 + "\n" }.joined()
        }
        register("ovsdb-server/add-db", usage: "DB", arguments: 1...1) { arguments in
            try operation.add(arguments[0])
            return ""
        }
        register("ovsdb-server/remove-db", usage: "DB", arguments: 1...1) { arguments in
            try operation.remove(arguments[0])
            return ""
        }
        register("ovsdb-server/get-db-storage-status", usage: "DB", arguments: 1...1) { arguments in
            try operation.database(arguments[0]).storage?.fault.map { "status: \($0)\n" } ?? "status: ok\n"
        }
    }

    private func registerRemotes(_ operation: DatabaseServerOperation) {
        register("ovsdb-server/list-remotes") { _ in operation.remotes.names.map { $0 + "\n" }.joined() }
        register("ovsdb-server/add-remote", usage: "REMOTE", arguments: 1...1) { arguments in
            try await operation.addRemote(arguments[0])
            return ""
        }
        register("ovsdb-server/remove-remote", usage: "REMOTE", arguments: 1...1) { arguments in
            try operation.removeRemote(arguments[0])
            return ""
        }
        register("ovsdb-server/reconnect") { _ in
            operation.remotes.reconnect()
            return ""
        }
    }
}
