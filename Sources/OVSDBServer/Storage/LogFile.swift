import CLinux
import Glibc
import Logging
import OVSDB

/// OVS's standalone database file, open for appending records.
///
/// Belongs to one thread; ``descriptor`` may be synced from another.
final class LogFile {
    let path: String
    let descriptor: Descriptor
    /// Where the next record goes that is written.
    private var offset: Int
    /// Records that were taken and are not written yet.
    private var pending: [UInt8] = []
    /// Up to where the file system has promised room.
    private var reserved: Int

    /// So much room is asked for at a time.
    private static let reserve = 256 << 10
    /// A larger record is written at once.
    private static let longest = 64 << 10

    private init(path: String, descriptor: Descriptor, offset: Int) {
        self.path = path
        self.descriptor = descriptor
        self.offset = offset
        reserved = offset
    }

    /// The file's size, with what is not written yet.
    var size: Int { offset + pending.count }

    /// Where what was written ends.
    var writtenEnd: Int { offset }

    /// Makes a file with the records `records`, which are on disk when this returns. Replaces an unfinished one, and
    /// leaves none.
    static func create(_ path: String, records: [[UInt8]]) throws(StorageError) -> LogFile {
        let number = Glibc.open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard number >= 0 else { throw StorageError("\(path): create failed", errno: errno) }
        let file = LogFile(path: path, descriptor: Descriptor(number), offset: 0)
        do throws(StorageError) {
            for record in records { try file.append(record) }
            if let errno = file.descriptor.sync() { throw StorageError("\(path): fsync failed", errno: errno) }
        } catch {
            unlink(path)
            throw error
        }
        return file
    }

    /// Opens a file and gives each record's JSON to `body`.
    ///
    /// What is cut off or damaged at the end is left out: it is what a crash left of a record that nobody was told of.
    /// Unless `isReadOnly`, it is cut off the file too.
    static func open(
        _ path: String, isReadOnly: Bool = false, _ logger: Logger,
        _ body: (JSON) throws(StorageError) -> Void
    ) throws(StorageError) -> LogFile {
        let number = Glibc.open(path, (isReadOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC)
        guard number >= 0 else { throw StorageError("\(path): open failed", errno: errno) }
        let descriptor = Descriptor(number)
        var status = stat()
        guard fstat(number, &status) == 0 else { throw StorageError("\(path): fstat failed", errno: errno) }
        let size = Int(status.st_size)
        guard size > 0 else { throw StorageError("\(path): cannot identify file type") }
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, number, 0), address != MAP_FAILED else {
            throw StorageError("\(path): read error", errno: errno)
        }
        defer { munmap(address, size) }
        let bytes = UnsafeRawBufferPointer(start: address, count: size)
        guard LogRecord.header(bytes) != nil else { throw StorageError("\(path): unexpected file format") }
        let parser = RecordParser(bytes: bytes, path: path)
        var (places, end) = parser.places()
        var offset = places.last.map { $0.offset + $0.header + $0.length } ?? 0
        if let (place, error) = try parser.parse(places, body) { (offset, end) = (place.offset, error) }
        if let end {
            // Without its first record, the schema, it is no database.
            if offset == 0 { throw end }
            logger.warning("\(end)")
            if !isReadOnly { try cut(descriptor, bytes, at: offset, path, logger) }
        }
        return LogFile(path: path, descriptor: descriptor, offset: offset)
    }

    /// Cuts off what is behind `offset`. Should there be records behind the damage, it is no torn end but a damaged file:
    /// then a copy of the rest is kept.
    private static func cut(
        _ descriptor: Descriptor, _ bytes: UnsafeRawBufferPointer, at offset: Int, _ path: String,
        _ logger: Logger
    ) throws(StorageError) {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        if LogRecord.isHeader(within: UnsafeRawBufferPointer(rebasing: rest[1...])) {
            let name = "\(path).damaged-\(time(nil))"
            let copy = Glibc.open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
            guard copy >= 0 else { throw StorageError("\(name): create failed", errno: errno) }
            let file = Descriptor(copy)
            if let errno = file.write(rest, at: 0) ?? file.sync() {
                throw StorageError("\(name): write failed", errno: errno)
            }
            logger.error("\(path): there are records behind the damage; they are kept in \(name)")
        }
        logger.warning("\(path): truncating file to \(offset) bytes, dropping \(rest.count) behind them")
        guard ftruncate(descriptor.number, off_t(offset)) == 0 else {
            throw StorageError("\(path): ftruncate failed", errno: errno)
        }
        if let errno = descriptor.sync() { throw StorageError("\(path): fsync failed", errno: errno) }
    }

    /// Takes a record, which may be written not before the next ``flush()``, together with others. When that fails, the
    /// file is as it was.
    ///
    /// Only where the file system has promised room, so that a full disk is met here and not when it is too late to
    /// refuse the record.
    func take(_ record: [UInt8]) throws(StorageError) {
        guard record.count <= Self.longest, hasRoom(record.count) else { return try append(record) }
        pending += record
    }

    private func hasRoom(_ count: Int) -> Bool {
        if size + count <= reserved { return true }
        guard cl_reserve(descriptor.number, Int64(size), Int64(Self.reserve)) == 0 else { return false }
        reserved = size + Self.reserve
        return true
    }

    /// Appends a record. When that fails, the file is as it was.
    func append(_ record: [UInt8]) throws(StorageError) {
        try flush()
        try write(record)
    }

    /// Writes what was taken. When that fails, it may be tried again.
    ///
    /// - Parameter body: is given what was written, and where.
    func flush(_ body: (UnsafeRawBufferPointer, Int) -> Void = { _, _ in }) throws(StorageError) {
        if pending.isEmpty { return }
        try write(pending)
        pending.withUnsafeBytes { body($0, offset - $0.count) }
        // Larger ones are rare, and their memory is not kept.
        pending.removeAll(keepingCapacity: pending.count <= Self.longest)
    }

    private func write(_ bytes: [UInt8]) throws(StorageError) {
        let failure = bytes.withUnsafeBytes { descriptor.write($0, at: offset) }
        if let failure {
            // Part of it may be there. It would be found torn at the next start, but not if something followed it. What
            // was promised is taken back with it.
            reserved = offset
            guard ftruncate(descriptor.number, off_t(offset)) == 0 else {
                throw StorageError("\(path): write failed and so did ftruncate", errno: errno)
            }
            throw StorageError("\(path): write failed", errno: failure)
        }
        offset += bytes.count
    }

    /// Takes the place of the file at `path`; a link there stays one. For good when the folder has been synced. A file
    /// that cannot take it is removed.
    func rename(to path: String) throws(StorageError) -> LogFile {
        let target = LinkedPath.target(of: path)
        guard Glibc.rename(self.path, target) == 0 else {
            let error = StorageError("\(self.path): failed to rename to \(target)", errno: errno)
            unlink(self.path)
            throw error
        }
        return LogFile(path: path, descriptor: descriptor, offset: offset)
    }
}
