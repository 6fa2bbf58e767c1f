import Control
import OVSDB

/// A transaction whose `wait` is not met (RFC 7047 section 5.2.6): tried again whenever the database changes.
@DatabaseActor
final class WaitingTransaction {
    /// The request's name, by which it can be cancelled.
    let id: JSON
    private let database: HostedDatabase
    private let operations: ArraySlice<JSON>
    /// Lets go of this when it ends, and this of it by that.
    private let session: ServerSession
    /// Whether it was answered or given up. Whoever goes through many may still meet it: an answer to one may end the
    /// session of others.
    private var isOver = false
    private let start: ContinuousClock.Instant
    private var timer: LoopTimer?

    init(
        _ id: JSON, _ operations: ArraySlice<JSON>, in database: HostedDatabase, for session: ServerSession,
        timeoutMilliseconds: Int64?
    ) {
        self.id = id
        self.operations = operations
        self.database = database
        self.session = session
        start = .now
        database.add(self)
        guard let timeoutMilliseconds else { return }
        // Longer than anybody lives is for ever.
        let timeout = Duration.milliseconds(min(timeoutMilliseconds, 1 << 40))
        timer = LoopTimer(on: DatabaseActor.shared.eventLoop, after: timeout) { [weak self] in self?.retry() }
    }

    /// Tries again, and answers if it went or time is over.
    func retry() {
        guard !isOver else { return }
        let elapsed = Int64(start.duration(to: .now) / .milliseconds(1))
        let outcome = database.transact(operations, session.context(elapsedMilliseconds: max(elapsed, 1)))
        guard let reply = outcome.reply else { return }
        remove()
        session.reply(reply, to: id, after: database.storage)
    }

    /// Gives up as the database goes. The client is told if it knows what that means; others are about to be cut off.
    func leaveDatabase() {
        if session.isChangeAware { cancel() } else { remove() }
    }

    /// Gives up; the client is told.
    func cancel() {
        remove()
        session.refuse("canceled", id)
    }

    /// Gives up without a word.
    func remove() {
        isOver = true
        timer = nil
        database.remove(self)
        session.forget(self)
    }
}
