import Control
import Glibc
import Logging
import OVSDB
import TLS

/// The switch's own database: the file, and the server that offers it to the switch and to everybody else.
@DatabaseActor
public final class EmbeddedDatabase {
    /// What came of the wish to host the database.
    public enum Outcome: Sendable {
        /// It is served here.
        case hosted(EmbeddedDatabase)
        /// Somebody else serves it, or could: why it is not served here.
        case leftAlone(String)
    }

    /// The server.
    public nonisolated let server: DatabaseServer
    /// Where it can be reached.
    public nonisolated let remotes: RemoteSet
    private static let logger = Logger(label: "ovsdb_server")

    private init(_ server: DatabaseServer) {
        self.server = server
        remotes = RemoteSet(server)
    }

    /// Serves the database in `file` on the socket `socket`, unless a server is there already.
    ///
    /// A file that does not exist is made. One of an older schema is brought up to date; a copy of it is kept.
    ///
    /// - Parameter onSocketFile: see ``RemoteSet/onSocketFile``; it is told of `socket`, too.
    /// - Throws: when nobody serves it, and it cannot be served here either.
    public static func host(
        file: String, socket: String, onSocketFile: (@DatabaseActor (_ path: String, _ isThere: Bool) -> Void)? = nil
    ) async throws(StorageError) -> Outcome {
        if await isServed(socket) { return .leftAlone("\(socket): a server is listening there") }
        let opened: DatabaseFile.Opened
        do throws(StorageError) {
            if access(file, F_OK) != 0 {
                try DatabaseFile.create(file, schema: OpenVSwitchSchema.json)
                logger.info("\(file): made a database of schema \(OpenVSwitchSchema.schema.version)")
            }
            opened = try DatabaseFile.open(file)
        } catch {
            if error.errno == EAGAIN { return .leftAlone("\(file): locked by another process") }
            throw error
        }
        do {
            let embedded = EmbeddedDatabase(try DatabaseServer())
            let database = HostedDatabase(opened)
            embedded.server.add(database)
            try embedded.upgrade(database)
            embedded.initialise(database)
            embedded.remotes.onSocketFile = onSocketFile
            try await embedded.remotes.add("punix:\(socket)")
            let root = OpenVSwitchSchema.Root.self
            let ssl = OpenVSwitchSchema.SSL.table
            func column(_ name: String) -> String {
                "db:\(database.name),\(OpenVSwitchSchema.SSL.name),\(name)"
            }
            // As ovs-ctl starts ovsdb-server.
            embedded.remotes.credentials = TLSCredentials(
                privateKey: column(ssl.privateKey.name), certificate: column(ssl.certificate.name),
                authorities: column(ssl.caCert.name), bootstraps: true)
            try await embedded.remotes.add(
                "db:\(database.name),\(root.name),\(root.table.managerOptions.name)")
            logger.info("\(file): serving database \(database.name) on \(socket)")
            return .hosted(embedded)
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError("\(file): \(error)")
        }
    }

    /// Whether somebody accepts connections on a Unix domain socket.
    private static func isServed(_ path: String) async -> Bool {
        await ControlActor.runBlocking {
            guard let name = try? SocketPath(path) else { return false }
            defer { name.close() }
            let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            guard let result = UnixAddress.with(name.usable, { connect(descriptor, $0, $1) }) else { return false }
            // A server too busy to accept is one.
            return result == 0 || errno == EAGAIN
        }
    }

    /// Makes the one row that everything hangs on, which `ovs-vsctl init` would make.
    private func initialise(_ database: HostedDatabase) {
        guard database.database.tablesByName[OpenVSwitchSchema.Root.name]?.rows.isEmpty == true else { return }
        database.transactInternally([
            .insert(TableRow<OpenVSwitchSchema.Root>()), .comment("vswiftd: initialised"),
        ])
    }

    /// Takes a database of an older schema over into ours. One of a newer schema stays what it is.
    private func upgrade(_ database: HostedDatabase) throws(StorageError) {
        let present = database.database.schema
        let wanted = OpenVSwitchSchema.schema
        guard present.name == wanted.name, let storage = database.storage else {
            throw StorageError("\(database.storage?.path ?? ""): this is a database of \(present.name)")
        }
        guard Self.numbers(present.version).lexicographicallyPrecedes(Self.numbers(wanted.version)) else { return }
        let sum = present.checksum.map { "-" + $0.replacing(" ", with: "-") } ?? ""
        let backup = "\(storage.path).backup\(present.version)\(sum)"
        try DatabaseFile.copy(storage.path, to: backup)
        do throws(OperationError) {
            try server.convert(database, to: OpenVSwitchSchema.json, wanted)
            Self.logger.info(
                "\(storage.path): schema brought from \(present.version) to \(wanted.version); the old file is \(backup)")
        } catch {
            Self.logger.error(
                "\(storage.path): schema \(present.version) could not be brought to \(wanted.version): \(error)")
        }
    }

    private static func numbers(_ version: String) -> [Int] { version.split(separator: ".").map { Int($0) ?? 0 } }
}
