import Glibc
import Logging
import OVSDB

/// Makes and opens the files of databases.
public enum DatabaseFile {
    /// A database read from its file.
    @DatabaseActor
    public struct Opened {
        /// The contents.
        public let database: Database
        /// The schema as the file has it.
        public let schema: JSON
        /// Where transactions go.
        public let storage: DatabaseStorage
    }

    private static let logger = Logger(label: "ovsdb_file")

    /// Makes a file for an empty database of the schema `schema`.
    ///
    /// - Throws: errno `EEXIST` when there is one.
    public static func create(_ path: String, schema: JSON) throws(StorageError) {
        let lock = try LockFile(for: path)
        defer { withExtendedLifetime(lock) {} }
        guard access(path, F_OK) != 0 else { throw StorageError("\(path): create failed", errno: EEXIST) }
        _ = try database(schema, path)
        let temporary = LinkedPath.temporary(for: path)
        let file = try LogFile.create(temporary, records: [RecordWriter.schema(schema)])
        _ = try file.rename(to: path)
        Descriptor.syncFolder(of: path)
    }

    private static func database(_ json: JSON, _ path: String) throws(StorageError) -> Database {
        do throws(OVSDBError) {
            let schema = try DatabaseSchema(json: json)
            do throws(OperationError) {
                return try Database(schema: schema)
            } catch {
                throw OVSDBError(.schema, "\(error)")
            }
        } catch {
            throw StorageError("\(path): \(error)")
        }
    }

    /// Reads a file without being its owner, as `ovsdb-tool query` does.
    public static func read(_ path: String) throws(StorageError) -> (database: Database, schema: JSON) {
        let (database, schema, _) = try load(path, isReadOnly: true)
        return (database, schema)
    }

    /// Gives each record to `body`, the schema first, as `ovsdb-tool show-log` needs it.
    public static func forEachRecord(_ path: String, _ body: (JSON) -> Void) throws(StorageError) {
        _ = try LogFile.open(path, isReadOnly: true, logger) { json throws(StorageError) in body(json) }
    }

    /// Opens a file for good: nobody else may until it is released.
    ///
    /// - Throws: errno `EAGAIN` when somebody else has it.
    @DatabaseActor
    public static func open(
        _ path: String, durability: DatabaseStorage.Durability = .everyTransaction
    ) throws(StorageError) -> Opened {
        let lock = try LockFile(for: path)
        try CommitJournal.recover(path, logger)
        let (database, schema, file) = try load(path, isReadOnly: false)
        return Opened(
            database: database, schema: schema,
            storage: DatabaseStorage(lock: lock, file: file, schema: schema, durability: durability))
    }

    /// Reads a file up to the first record that is none.
    ///
    /// Records that break a rule are left out, as ovsdb-server leaves them out. They are rare: the rules between rows are
    /// asked only at the end, and if that or a record fails the file is read again, record by record.
    private static func load(
        _ path: String, isReadOnly: Bool, isCareful: Bool = false
    ) throws(StorageError) -> (Database, JSON, LogFile) {
        var schema: JSON?
        var loader: DatabaseLoader?
        var number = 0
        var isBroken = false
        let file: LogFile
        do throws(StorageError) {
            file = try LogFile.open(path, isReadOnly: isReadOnly, logger) { json throws(StorageError) in
                number += 1
                guard let present = loader else {
                    schema = json
                    loader = DatabaseLoader(try database(json, path))
                    return
                }
                do throws(OperationError) {
                    if isCareful { try present.replay(json) } else { try present.apply(json) }
                } catch {
                    let fault = StorageError("\(path): record \(number): \(error)")
                    isBroken = !isCareful
                    if isBroken { throw fault }
                    logger.warning("\(fault); it is left out")
                }
            }
        } catch {
            guard isBroken else { throw error }
            return try load(path, isReadOnly: isReadOnly, isCareful: true)
        }
        guard let loader, let schema else { throw StorageError("\(path): database has no schema record") }
        if !isCareful {
            do throws(OperationError) {
                try loader.finish()
            } catch {
                return try load(path, isReadOnly: isReadOnly, isCareful: true)
            }
        }
        return (loader.database, schema, file)
    }
}

extension DatabaseFile {
    /// Copies a file; the copy is on disk when this returns.
    static func copy(_ path: String, to copy: String) throws(StorageError) {
        let source = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw StorageError("\(path): open failed", errno: errno) }
        let from = Descriptor(source)
        let target = Glibc.open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard target >= 0 else { throw StorageError("\(copy): create failed", errno: errno) }
        let to = Descriptor(target)
        var offset = 0
        while true {
            guard let chunk = from.read(1 << 16, at: offset) else {
                throw StorageError("\(path): read failed", errno: errno)
            }
            if chunk.isEmpty { break }
            if let failure = chunk.withUnsafeBytes({ to.write($0, at: offset) }) {
                throw StorageError("\(copy): write failed", errno: failure)
            }
            offset += chunk.count
        }
        if let errno = to.sync() { throw StorageError("\(copy): fsync failed", errno: errno) }
        Descriptor.syncFolder(of: copy)
    }
}
