import Control
import Machine
import OVSDB
import OVSDBServer
import Program

/// The rows that say what is configured: those of a server that answers, else those of the file that it would serve.
struct ConfiguredRows {
    /// From where the rows are.
    enum Origin {
        case server
        /// A file, read as no server answered.
        case file(String)
    }

    let tables: [String: [UUIDValue: Row]]
    let origin: Origin

    /// Why there are none.
    struct Failure: Error, CustomStringConvertible {
        /// Where no server answers.
        let server: String
        /// What keeps the file from being read; nil when it was not tried, as another server was named.
        let cause: StorageError?

        var description: String {
            guard let cause else { return "no database answers at \(server)" }
            return "no database answers at \(server), and there is no reading its file: \(cause)"
        }
    }

    /// The rows of some tables.
    ///
    /// The file is only looked at: neither locked nor changed, so that a server that is busy, or about to start, is not
    /// hindered. A server that was named may serve any file; then none is read.
    @ControlActor
    static func read(
        _ options: ServerOptions, tables: [MonitoredTable], within limit: Duration = .seconds(5)
    ) async throws -> Result<ConfiguredRows, Failure> {
        if let rows = try await LiveDatabase.read(options, tables: tables, within: limit) {
            return .success(ConfiguredRows(tables: rows, origin: .server))
        }
        guard options.server == ServerOptions.ownServer else {
            return .failure(Failure(server: options.server, cause: nil))
        }
        let path = "\(RunDirectories.ofThisProcess.database)/conf.db"
        do throws(StorageError) {
            let database = try DatabaseFile.read(path).database
            guard database.schema.name == options.database else {
                throw StorageError("\(path): this is a database of \(database.schema.name)")
            }
            return .success(ConfiguredRows(tables: database.rows(of: tables), origin: .file(path)))
        } catch {
            return .failure(Failure(server: options.server, cause: error))
        }
    }
}

extension Database {
    /// The rows of some tables, as a replica has them.
    fileprivate func rows(of wanted: [MonitoredTable]) -> [String: [UUIDValue: Row]] {
        var result: [String: [UUIDValue: Row]] = [:]
        for monitored in wanted {
            guard let table = tablesByName[monitored.name] else { continue }
            let columns = (monitored.columns + monitored.silent).compactMap { table.columnsByName[$0] }
            var rows: [UUIDValue: Row] = [:]
            for (uuid, stored) in table.rows {
                var row = Row()
                for column in columns { row[column.name] = column.datum(uuid, stored) }
                rows[uuid] = row
            }
            result[monitored.name] = rows
        }
        return result
    }
}
