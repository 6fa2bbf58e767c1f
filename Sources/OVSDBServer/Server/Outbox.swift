import NIOCore
import OVSDB

/// What a server's sessions are about to say and may not before transactions are on disk, in the order in which it
/// came up.
///
/// One list for all: what a hundred sessions wait for together is gone through once, from end to end.
@DatabaseActor
final class Outbox {
    private struct Message {
        let session: ServerSession
        let head: ByteBuffer
        let rest: [ByteBuffer]
        /// What it tells of; nil when it only must not overtake what the session said before.
        let storage: DatabaseStorage?
        let record: UInt64
    }

    private var messages: [Message] = []
    /// What is gone through, the next at the end.
    private var leaving: [Message] = []
    private var isFlushing = false
    /// Whether something happened while messages went that may let others go.
    private var hasNews = false

    /// Keeps a message of `session` until all transactions of `storage` so far are on disk.
    func add(_ head: ByteBuffer, _ rest: [ByteBuffer], of session: ServerSession, after storage: DatabaseStorage?) {
        hasNews = true
        messages.append(
            Message(
                session: session, head: head, rest: rest, storage: storage, record: storage?.appended ?? 0))
    }

    /// Sends what may go by now.
    func flush() {
        hasNews = true
        // What goes may end sessions, and those that go on may say more, or settle something themselves.
        if isFlushing { return }
        isFlushing = true
        defer { isFlushing = false }
        while hasNews {
            hasNews = false
            for session in sendSettled() { session.goOn() }
        }
    }

    /// Sends what may go by now, and gives the sessions that have held something back for it.
    private func sendSettled() -> [ServerSession] {
        swap(&messages, &leaving)
        leaving.reverse()
        var (waiting, resuming): ([Message], [ServerSession]) = ([], [])
        var behind: Set<ObjectIdentifier> = []
        while let message = leaving.popLast() {
            let isSettled = message.storage.map { $0.settled >= message.record } ?? true
            if isSettled, behind.isEmpty || !behind.contains(ObjectIdentifier(message.session)) {
                if message.session.deliver(message.head, message.rest) { resuming.append(message.session) }
            } else {
                behind.insert(ObjectIdentifier(message.session))
                waiting.append(message)
            }
        }
        if leaving.capacity > 1024 { leaving = [] }
        if !waiting.isEmpty { messages.insert(contentsOf: waiting, at: 0) }
        return resuming
    }

    /// Forgets everything; gives those whose messages these were.
    func removeAll() -> [ServerSession] {
        var sessions: [ObjectIdentifier: ServerSession] = [:]
        for message in messages { sessions[ObjectIdentifier(message.session)] = message.session }
        messages = []
        return Array(sessions.values)
    }
}
