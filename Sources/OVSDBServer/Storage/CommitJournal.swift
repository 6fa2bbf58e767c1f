import Glibc
import Logging

/// Has on disk what was written to a database's file last, sooner than the file itself: `.NAME.~journal~` beside it.
///
/// A file that grows takes the disk longer than one that is written over: its size is part of its inode, which must get
/// there as well, and with it a commit of the file system's own journal. So in a burst of transactions the file is
/// written as ever, but this one is waited for, which is as long as it will ever be and begun anew when it is full. The
/// file is waited for at the end of the burst. Nobody needs the journal but whoever opens the file after a power cut: see
/// ``recover(_:_:)``.
///
/// Belongs to one thread; ``descriptor`` may be synced from another.
final class CommitJournal {
    let descriptor: Descriptor
    private let path: String
    /// The chunks that count: their number, where the first belongs in the file, where the next would, and what stands
    /// before the first.
    private var round: (number: UInt64, base: Int, next: Int, origin: [UInt8])?
    /// Where the next chunk goes.
    private var position = 0

    /// The length of the file.
    static let size = 256 << 10

    /// Makes the journal of the file `path`; when this returns it is on disk, with its name.
    init(for path: String) throws(StorageError) {
        self.path = Self.name(of: path)
        // One that is there belongs to somebody: whoever opened the file has removed those of the past.
        let number = open(self.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw StorageError("\(self.path): create failed", errno: errno) }
        descriptor = Descriptor(number)
        // Blocks that are there but were never written would need the inode as well.
        let zeros = [UInt8](repeating: 0, count: Self.size)
        if let failure = zeros.withUnsafeBytes({ descriptor.write($0, at: 0) }) ?? descriptor.sync() {
            unlink(self.path)
            throw StorageError("\(self.path): write failed", errno: failure)
        }
        Descriptor.syncFolder(of: self.path)
    }

    /// Whether there is something in it that the file may lack after a power cut.
    var isNeeded: Bool { round != nil }

    /// Begins anew: the file is on disk up to `base`, and `origin` tells what stands before.
    func begin(at base: Int, origin: [UInt8]) {
        round = (UInt64.random(in: .min ... .max), base, base, origin)
        position = 0
    }

    /// Takes what was written to the file at `offset`; on disk once ``descriptor`` has been synced.
    ///
    /// - Returns: whether it could be taken: it follows what was taken before, and there is room.
    func take(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        guard let round, round.next == offset, position + JournalChunk.headerSize + bytes.count <= Self.size else {
            return false
        }
        let chunk = JournalChunk.encode(
            round: round.number, base: round.base, offset: offset, origin: round.origin, bytes)
        guard chunk.withUnsafeBytes({ descriptor.write($0, at: position) }) == nil else { return false }
        self.round?.next += bytes.count
        position += chunk.count
        return true
    }

    /// The file is on disk: nothing here is needed any more, nor taken for needed should an older file be put in its
    /// place.
    func end() {
        guard round != nil else { return }
        round = nil
        _ = [UInt8](repeating: 0, count: JournalChunk.headerSize).withUnsafeBytes { descriptor.write($0, at: 0) }
    }

    /// Removes the journal, once it is not needed.
    func remove() { unlink(path) }

    private static func name(of path: String) -> String { LinkedPath.companion(of: path, "~journal~") }
}

// MARK: After a power cut

extension CommitJournal {
    /// Puts what the journal has into the file `path`, has it on disk, and removes the journal. To be called by who has
    /// locked the file, before it is read.
    ///
    /// Leaves the file as it is when the journal is another file's, or when others have written to the file since.
    ///
    /// - Throws: when one of the files cannot be read, or the file not be written; the journal stays.
    static func recover(_ path: String, _ logger: Logger) throws(StorageError) {
        let name = name(of: path)
        guard let journal = try Descriptor.opened(name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW) else { return }
        guard journal.isRegular else { return logger.error("\(name): is no file; left alone") }
        guard let bytes = journal.read(size, at: 0) else { throw StorageError("\(name): read error", errno: errno) }
        if let file = try Descriptor.opened(path, O_RDWR) { try recover(chunks(bytes), file, path, name, logger) }
        // The file may have got its name only a moment before the end.
        Descriptor.syncFolder(of: path)
        unlink(name)
    }

    private static func recover(
        _ chunks: [JournalChunk], _ file: Descriptor, _ path: String, _ name: String, _ logger: Logger
    ) throws(StorageError) {
        if let first = chunks.first {
            let base = first.base
            let start = max(0, base - JournalChunk.originLength)
            guard let tail = file.read(max(0, file.size - start), at: start) else {
                throw StorageError("\(path): read error", errno: errno)
            }
            let bytes = chunks.flatMap(\.bytes)
            if let present = present(bytes, of: first, tail, from: start) {
                // All of it: what is there may never have got to the disk, nor be about to.
                if let failure = bytes.withUnsafeBytes({ file.write($0, at: base) }) {
                    throw StorageError("\(path): write failed", errno: failure)
                }
                if present < bytes.count {
                    logger.warning(
                        "\(path): \(bytes.count - present) bytes at offset \(base + present) were taken from \(name)")
                }
            } else {
                logger.warning("\(name): \(bytes.count) bytes for offset \(base) do not belong to \(path); left out")
            }
        }
        if let failure = file.sync() { throw StorageError("\(path): fsync failed", errno: failure) }
    }

    /// The chunks of the journal's last round.
    static func chunks(_ journal: [UInt8]) -> [JournalChunk] {
        var chunks: [JournalChunk] = []
        journal.withUnsafeBytes { bytes in
            var place = 0
            while let chunk = JournalChunk(UnsafeRawBufferPointer(rebasing: bytes[place...])) {
                if let last = chunks.last {
                    guard chunk.round == last.round, chunk.base == last.base, chunk.origin == last.origin,
                        chunk.offset == last.offset &+ last.bytes.count
                    else { return }
                } else if chunk.offset != chunk.base {
                    return
                }
                chunks.append(chunk)
                place += JournalChunk.headerSize + chunk.bytes.count
            }
        }
        return chunks
    }

    /// How many of the chunks' bytes the file has, in whole records; nil when the chunks are not its own.
    ///
    /// - Parameter bytes: those of all chunks, of which `first` is the first.
    /// - Parameter tail: the file from the offset `start` on, which is so much before the chunks' base that their origin
    ///   can be compared.
    private static func present(
        _ bytes: [UInt8], of first: JournalChunk, _ tail: [UInt8], from start: Int
    ) -> Int? {
        guard first.base - start <= tail.count,
            JournalChunk.origin(of: tail[..<(first.base - start)]) == first.origin
        else { return nil }
        let present = tail[(first.base - start)...]
        // Records are the same, or lost, or torn; but not others.
        var place = 0
        while place < bytes.count {
            guard let size = recordSize(bytes[place...]) else { return nil }
            let rest = present.dropFirst(place)
            if !rest.starts(with: bytes[place..<place + size]) { return recordSize(rest) == nil ? place : nil }
            place += size
        }
        return place
    }

    /// The size of the record at the beginning of `bytes`; nil when there is none that is whole.
    private static func recordSize(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { bytes in
            guard let header = LogRecord.header(bytes), header.length <= bytes.count - header.size else { return nil }
            let text = UnsafeRawBufferPointer(rebasing: bytes[header.size..<header.size + header.length])
            return LogRecord.checksum(text).elementsEqual(header.sum.utf8) ? header.size + header.length : nil
        }
    }
}
