import Control
import OVSDB
import OVSDBServer

/// The commands of ovsdb-server(1) for the database that the daemon hosts. Those for relays, clusters and replication are
/// not there: a standalone database is served, and nothing else.
extension CommandRegistry {
    /// Adds the commands, and what `memory/show` counts.
    public func registerDatabaseCommands(over embedded: EmbeddedDatabase, _ memory: MemoryReport) {
        registerDatabases(embedded.server)
        registerRemotes(embedded.remotes)
        let server = embedded.server
        memory.add { [("sessions", server.sessionCount), ("monitors", server.monitorCount)] }
    }

    private func registerDatabases(_ server: DatabaseServer) {
        register("ovsdb-server/list-dbs") { _ in server.databases.keys.sorted().map { $0 + "\n" }.joined() }
        register("ovsdb-server/add-db", usage: "DB", arguments: 1...1) { arguments in
            do throws(StorageError) {
                let database = HostedDatabase(try DatabaseFile.open(arguments[0]))
                guard server.databases[database.name] == nil else {
                    throw StorageError("\(arguments[0]): duplicate database name '\(database.name)'")
                }
                server.add(database)
            } catch {
                throw UnixctlError("\(error)")
            }
            return ""
        }
        register("ovsdb-server/remove-db", usage: "DB", arguments: 1...1) { arguments in
            guard let database = server.databases[arguments[0]] else {
                throw UnixctlError("Failed to find the database.")
            }
            if server.isReserved(database) { throw UnixctlError("Cannot remove reserved database.") }
            // The switch is configured by nothing else.
            if database.name == OpenVSwitchSchema.schema.name {
                throw UnixctlError("Cannot remove the database of the switch.")
            }
            server.remove(database)
            return ""
        }
        register("ovsdb-server/get-db-storage-status", usage: "DB", arguments: 1...1) { arguments in
            guard let database = server.databases[arguments[0]] else {
                throw UnixctlError("Failed to find the database.")
            }
            return database.storage?.fault.map { "status: \($0)\n" } ?? "status: ok\n"
        }
        register("ovsdb-server/compact", usage: "[DB]", arguments: 0...1) { arguments in
            let wanted = arguments.first.map { [$0] } ?? server.databases.keys.sorted()
            for name in wanted {
                guard let database = server.databases[name] else { throw UnixctlError("no database by that name") }
                do throws(StorageError) {
                    try await server.compact(database)
                } catch {
                    throw UnixctlError("\(error)")
                }
            }
            return ""
        }
        register("ovsdb-server/memory-trim-on-compaction", usage: "on|off", arguments: 1...1) { arguments in
            guard ["on", "off"].contains(arguments[0]) else { throw UnixctlError("invalid argument") }
            server.trimsOnCompaction = arguments[0] == "on"
            return ""
        }
        register("ovsdb-server/sync-status") { _ in "state: active\n" }
    }

    private func registerRemotes(_ remotes: RemoteSet) {
        register("ovsdb-server/list-remotes") { _ in remotes.names.map { $0 + "\n" }.joined() }
        register("ovsdb-server/add-remote", usage: "REMOTE", arguments: 1...1) { arguments in
            do throws(OVSDBError) {
                try await remotes.add(arguments[0])
            } catch {
                throw UnixctlError("\(error)")
            }
            return ""
        }
        register("ovsdb-server/remove-remote", usage: "REMOTE", arguments: 1...1) { arguments in
            guard remotes.remove(arguments[0]) else { throw UnixctlError("no such remote") }
            return ""
        }
        register("ovsdb-server/reconnect") { _ in
            remotes.reconnect()
            return ""
        }
    }
}
