import Control
import Glibc
import Logging
import OVSDB

/// Keeps a database in a file: appends transactions, tells when they are on disk, and makes the file small again.
///
/// A record is taken only with room for it, so that a full disk refuses the transaction rather than loses it. Those that
/// come together are written together, and the disk is waited for once for all of them: on another thread, unless it has
/// been quick of late.
@DatabaseActor
public final class DatabaseStorage {
    /// How much safety is wanted.
    public enum Durability: Sendable {
        /// Every transaction is on disk before its reply.
        case everyTransaction
        /// Only those that ask for it (`commit` with `durable`), as ovsdb-server does.
        case onRequest
    }

    /// Counts the records appended since the start.
    public private(set) var appended: UInt64 = 0
    /// All records up to this one are on disk, or in the kernel's hands if nobody asked for more.
    public private(set) var settled: UInt64 = 0 {
        didSet { if !settling.isEmpty, settled >= appended { resumeSettling() } }
    }
    /// Called when ``settled`` has grown.
    var onSettled: (@DatabaseActor () -> Void)?
    /// Called when transactions that were carried out could not be made to last. Whoever waits for them is to be left
    /// without an answer.
    var onFailure: (@DatabaseActor () -> Void)?
    /// The file.
    public let path: String

    private let logger = Logger(label: "ovsdb_file")
    private let durability: Durability
    /// Nil once the file is somebody else's.
    private var lock: LockFile?
    private var file: LogFile
    private var schema: JSON
    private var failure: StorageError?
    private var isSyncing = false
    /// How fast the disk answers for the file, and for its journal.
    private var pace = (file: DiskPace(), journal: DiskPace())
    /// What is waited for in bursts instead of the file.
    private let journal: BurstJournal
    private var restTimer: LoopTimer?
    /// Who waits until nothing waits for the disk any more.
    private var settling: [CheckedContinuation<Void, Never>] = []
    /// Whether nobody is told that a transaction is on disk: it is to be in the file that takes this one's place.
    private var isHeld = false
    /// The last record that somebody wants to be on disk.
    private var wanted: UInt64 = 0

    /// The size of the file when it was last made small, when that was, and how many transactions came since.
    private var baseSize: Int
    private var lastCompaction = ContinuousClock.now
    private var recordsSinceCompaction = 0
    /// While the file is being made small: what was appended to the old one meanwhile.
    private var compaction: [[UInt8]]?

    init(lock: LockFile, file: LogFile, schema: JSON, durability: Durability) {
        self.lock = lock
        self.file = file
        self.schema = schema
        self.durability = durability
        path = file.path
        baseSize = file.size
        journal = BurstJournal(for: path)
    }

    /// Why no transactions can be written any more; nil when they can.
    public var fault: StorageError? { failure }

    /// Whether transactions may be written by what they change in sets and maps, which OVS reads since 2.15.
    public var writesDifferences = true

    /// The file's size.
    public var size: Int { file.size }

    /// Takes a transaction; ``settled`` tells when it lasts.
    ///
    /// - Throws: "I/O error"; then it is not in the file.
    func append(_ transaction: CommittedTransaction) throws(OperationError) {
        guard let record = RecordWriter.transaction(transaction, date: Self.date, mayDiffer: writesDifferences)
        else { return }
        try append(record, isUrgent: transaction.isDurable)
    }

    private func append(_ record: [UInt8], isUrgent: Bool) throws(OperationError) {
        if let failure { throw failure.operationError }
        do throws(StorageError) {
            try file.take(record)
        } catch {
            logger.error("\(error)")
            throw error.operationError
        }
        compaction?.append(record)
        recordsSinceCompaction += 1
        appended += 1
        if isUrgent || durability == .everyTransaction { wanted = appended }
        sync()
    }

    private func sync() {
        guard !isSyncing, !isHeld, failure == nil, settled < appended else { return }
        isSyncing = true
        // After what else has come by now, so that it shares the way to the disk.
        DatabaseActor.enqueue { self.write() }
    }

    private func write() {
        let isUrgent = wanted > settled
        var journaled: Descriptor?
        do throws(StorageError) {
            try file.flush { bytes, offset in
                if isUrgent { journaled = journal.take(bytes, at: offset, of: file.descriptor) }
            }
        } catch {
            isSyncing = false
            return fail(error)
        }
        if !isUrgent {
            isSyncing = false
            settled = appended
            onSettled?()
        } else {
            if journaled != nil, restTimer == nil { restLater() }
            wait(for: journaled ?? file.descriptor)
        }
    }

    /// Waits until what was written is on disk, in the file or in the journal: here, or on another thread.
    private func wait(for descriptor: Descriptor) {
        let (target, end) = (appended, file.writtenEnd)
        // At the end of a burst the file has much to do that the journal has spared it.
        let isQuick = descriptor === file.descriptor ? pace.file.isQuick && !journal.isNeeded : pace.journal.isQuick
        if isQuick {
            synced(target, end, descriptor, Self.sync(descriptor))
        } else {
            Task { @DatabaseActor in
                synced(target, end, descriptor, await ControlActor.runBlocking { Self.sync(descriptor) })
            }
        }
    }

    private nonisolated static func sync(_ descriptor: Descriptor) -> (errno: Int32?, duration: Duration) {
        let start = ContinuousClock.now
        return (descriptor.sync(), start.duration(to: .now))
    }

    private func synced(
        _ target: UInt64, _ end: Int, _ descriptor: Descriptor, _ outcome: (errno: Int32?, duration: Duration)
    ) {
        isSyncing = false
        journal.waited()
        if descriptor === journal.descriptor {
            pace.journal.note(outcome.duration)
            // The file has it as well, and is waited for instead.
            if outcome.errno != nil { journal.giveUp() }
            return finish(outcome.errno == nil ? target : settled)
        }
        // A file that has been replaced meanwhile does not count any more; the new one was on disk from the beginning.
        guard descriptor === file.descriptor else { return sync() }
        if !journal.isNeeded { pace.file.note(outcome.duration) }
        if let errno = outcome.errno {
            // What the kernel could not write it has forgotten: asking again would seem to succeed.
            return fail(StorageError("\(path): fsync failed", errno: errno))
        }
        journal.fileIsOnDisk(upTo: end)
        finish(target)
    }

    private func finish(_ target: UInt64) {
        settled = max(settled, target)
        sync()
        onSettled?()
    }

    // MARK: The end of a burst

    /// After so much silence the file is waited for.
    private static let restDelay = Duration.milliseconds(100)

    /// Waits for the file itself once nothing more comes.
    private func restLater() {
        restTimer = LoopTimer(on: DatabaseActor.shared.eventLoop, after: Self.restDelay) { [weak self] in
            DatabaseActor.assumeIsolated { self?.rest() }
        }
    }

    private func rest() {
        restTimer = nil
        guard journal.isNeeded, failure == nil else { return }
        let isBusy = isSyncing || isHeld || settled < appended
        if isBusy || journal.silence < Self.restDelay { return restLater() }
        isSyncing = true
        wait(for: file.descriptor)
    }

    /// Waits until all records are on disk that are to be, or cannot get there any more; in the file itself.
    func settle() async {
        if settled < appended { await withCheckedContinuation { settling.append($0) } }
        // Of what the kernel could not write the journal may have the only copy.
        while journal.isNeeded, failure == nil {
            let (descriptor, end) = (file.descriptor, file.writtenEnd)
            guard await ControlActor.runBlocking({ descriptor.sync() }) == nil else { return }
            // What has come meanwhile may be on disk in the journal alone.
            if end == file.writtenEnd { break }
        }
        if !isSyncing, !isHeld, failure == nil { journal.remove() }
    }

    /// Waits for all that is under way, and gives the file back: nothing can be written to it any more.
    func close() async {
        while compaction != nil { try? await Task.sleep(for: .milliseconds(5)) }
        await settle()
        failure = StorageError("\(path): not served any more")
        lock = nil
    }

    private func resumeSettling() {
        let waiting = settling
        settling = []
        for continuation in waiting { continuation.resume() }
    }

    private func fail(_ error: StorageError) {
        logger.error("\(error); no more transactions until the file could be written anew")
        failure = error
        settled = appended
        onFailure?()
    }

    private static var date: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    // MARK: Compaction

    /// Whether the file has grown so much that it is time to write it anew.
    var shouldCompact: Bool {
        if failure != nil { return compaction == nil }
        let age = lastCompaction.duration(to: .now)
        guard compaction == nil, recordsSinceCompaction >= 100, age >= .seconds(600), size >= 2 * baseSize else {
            return false
        }
        return size >= 10 << 20 || age >= .seconds(24 * 3600)
    }

    /// Writes the contents of `database` into a new file and takes it instead of the old one. Transactions go on
    /// meanwhile.
    public func compact(
        _ database: Database, comment: String = "compacting database online"
    ) async throws(StorageError) {
        guard compaction == nil else { throw StorageError("\(path): already being compacted") }
        compaction = []
        defer { compaction = nil }
        let snapshot = DatabaseSnapshot(database)
        let (temporary, schema, date) = (LinkedPath.temporary(for: path), schema, Self.date)
        let result: Result<TransferredFile, StorageError> = await ControlActor.runBlocking {
            do throws(StorageError) {
                unlink(temporary)
                let records = [
                    RecordWriter.schema(schema), RecordWriter.contents(snapshot, comment: comment, date: date),
                ]
                return .success(TransferredFile(try LogFile.create(temporary, records: records)))
            } catch {
                return .failure(error)
            }
        }
        let new = try result.get().file
        do throws(StorageError) {
            try await catchUp(new)
            isHeld = true
            while isSyncing { try? await Task.sleep(for: .milliseconds(1)) }
            try await catchUp(new)
            // What came at last nobody has been told of: it may get to the disk with the new file's name.
            try new.append(lateRecords())
            adopt(try new.rename(to: path))
        } catch {
            unlink(temporary)
            release()
            throw error
        }
        let (target, end, name, descriptor) = (appended, file.writtenEnd, path, new.descriptor)
        let errno = await ControlActor.runBlocking {
            Descriptor.syncFolder(of: name)
            return descriptor.sync()
        }
        if let errno {
            let error = StorageError("\(path): fsync failed", errno: errno)
            fail(error)
            isHeld = false
            throw error
        }
        journal.fileIsOnDisk(upTo: end)
        settled = max(settled, target)
        release()
    }

    /// Takes what came since the contents were looked at, or since the last time.
    private func lateRecords() -> [UInt8] {
        defer { compaction = [] }
        return Array((compaction ?? []).joined())
    }

    /// Writes to `new` what came meanwhile, and waits until it is on disk.
    private func catchUp(_ new: LogFile) async throws(StorageError) {
        try new.append(lateRecords())
        let descriptor = new.descriptor
        if let errno = await ControlActor.runBlocking({ descriptor.sync() }) {
            throw StorageError("\(new.path): fsync failed", errno: errno)
        }
    }

    private func release() {
        isHeld = false
        sync()
        onSettled?()
    }

    private func adopt(_ new: LogFile) {
        file = new
        journal.fileIsReplaced()
        baseSize = new.size
        lastCompaction = .now
        recordsSinceCompaction = 0
        if failure != nil {
            logger.info("\(path): written anew; transactions are accepted again")
            failure = nil
        }
    }

    /// Replaces the file by one of another schema with the contents of `database`, before it returns.
    func replace(_ database: Database, schema: JSON, comment: String) throws(StorageError) {
        guard compaction == nil else { throw StorageError("\(path): being compacted") }
        let records = [
            RecordWriter.schema(schema),
            RecordWriter.contents(DatabaseSnapshot(database), comment: comment, date: Self.date),
        ]
        let temporary = LinkedPath.temporary(for: path)
        unlink(temporary)
        let new = try LogFile.create(temporary, records: records)
        adopt(try new.rename(to: path))
        self.schema = schema
        Descriptor.syncFolder(of: path)
        journal.fileIsOnDisk(upTo: file.writtenEnd)
        settled = appended
        onSettled?()
    }
}

/// A file on its way from the thread that made it to the databases'; nobody else has it.
private struct TransferredFile: @unchecked Sendable {
    let file: LogFile

    init(_ file: LogFile) { self.file = file }
}
