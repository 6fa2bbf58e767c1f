import Control
import Logging

/// Decides when a database's file has a ``CommitJournal``, and what is put there: transactions of a burst, each of which
/// comes as soon as the one before is on disk.
@DatabaseActor
final class BurstJournal {
    private enum State {
        /// There was no burst yet.
        case none
        case making
        case there(CommitJournal)
        case impossible
    }

    private var state = State.none
    /// Whether nothing more is put there, because the disk has refused it.
    private var hasFailed = false
    private let path: String
    /// Up to where the file itself is known to be on disk; nil when that is not known.
    private var onDisk: Int?
    /// How many waits for the disk have followed each other at once, and when the last one ended.
    private var burst = (length: 0, last: ContinuousClock.now)

    /// So soon after each other transactions make a burst.
    private static let gap = Duration.milliseconds(5)
    /// So many of them are worth a journal.
    private static let worth = 16

    /// The journal of the file `path`, which is not made yet.
    init(for path: String) {
        self.path = path
    }

    /// What is to be synced for what was taken; nil when there is no journal.
    var descriptor: Descriptor? { journal?.descriptor }
    private var journal: CommitJournal? { if case .there(let journal) = state { journal } else { nil } }
    /// Whether the file may lack something after a power cut that is here.
    var isNeeded: Bool { journal?.isNeeded == true }
    /// How long nobody has waited for the disk.
    var silence: Duration { burst.last.duration(to: .now) }

    /// Takes what was written to `file` at `offset`; gives what is to be waited for instead of the file, if anything is.
    func take(_ bytes: UnsafeRawBufferPointer, at offset: Int, of file: Descriptor) -> Descriptor? {
        burst.length = silence < Self.gap ? burst.length + 1 : 0
        guard burst.length >= Self.worth, !hasFailed else { return nil }
        guard let journal else {
            make()
            return nil
        }
        if !journal.isNeeded, onDisk == offset {
            let start = max(0, offset - JournalChunk.originLength)
            guard let before = file.read(offset - start, at: start) else { return nil }
            journal.begin(at: offset, origin: JournalChunk.origin(of: before))
        }
        return journal.take(bytes, at: offset) ? journal.descriptor : nil
    }

    private func make() {
        guard case .none = state else { return }
        state = .making
        Task { @DatabaseActor [path] in
            let made = await ControlActor.runBlocking {
                Result { () throws(StorageError) in TransferredJournal(try CommitJournal(for: path)) }
            }
            switch made {
            case .success(let made): state = .there(made.journal)
            case .failure(let error):
                state = .impossible
                Logger(label: "ovsdb_file").debug("\(error)")
            }
        }
    }

    /// The disk has answered.
    func waited() { burst.last = .now }

    /// The file is on disk up to `end`, whatever had been taken.
    func fileIsOnDisk(upTo end: Int) {
        onDisk = end
        journal?.end()
        if hasFailed { remove() }
    }

    /// Another file is to take the file's place; until ``fileIsOnDisk(upTo:)`` what was taken may be all there is of it.
    func fileIsReplaced() { onDisk = nil }

    /// The journal cannot be waited for. What it has already it keeps until the file has it.
    func giveUp() { hasFailed = true }

    /// Removes the journal, which is not needed; another may be made.
    func remove() {
        guard let journal else { return }
        journal.remove()
        state = .none
    }
}

/// A journal on its way from the thread that made it.
private struct TransferredJournal: @unchecked Sendable {
    let journal: CommitJournal

    init(_ journal: CommitJournal) { self.journal = journal }
}
