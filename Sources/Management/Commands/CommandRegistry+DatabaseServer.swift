import Control
import OVSDB
import OVSDBServer

/// The commands of ovsdb-server(1) for the database that the daemon hosts.
extension CommandRegistry {
    /// Adds the commands.
    public func registerDatabaseCommands(over embedded: EmbeddedDatabase) {
        let (server, remotes) = (embedded.server, embedded.remotes)
        register("ovsdb-server/compact", usage: "[DB]", arguments: 0...1) { arguments in
            let wanted = arguments.first.map { [$0] } ?? server.databases.keys.sorted()
            for name in wanted {
                guard let database = server.databases[name] else { throw UnixctlError("not a valid database name") }
                do throws(StorageError) {
                    try await server.compact(database)
                } catch {
                    throw UnixctlError("\(error)")
                }
            }
            return ""
        }
        register("ovsdb-server/list-dbs") { _ in server.databases.keys.sorted().map { $0 + "\n" }.joined() }
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
    }
}
