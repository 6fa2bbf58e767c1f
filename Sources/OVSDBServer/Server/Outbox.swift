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
    /// What was gone through last, for its memory.
    private var spare: [Message] = []

    /// Keeps a message of `session` until all transactions of `storage` so far are on disk.
    func add(_ head: ByteBuffer, _ rest: [ByteBuffer], of session: ServerSession, after storage: DatabaseStorage?) {
        messages.append(
            Message(
                session: session, head: head, rest: rest, storage: storage, record: storage?.appended ?? 0))
    }

    /// Sends what may go by now.
    func flush() {
        // While messages go, others may come.
        swap(&messages, &spare)
        var waiting: [Message] = []
        var behind: Set<ObjectIdentifier> = []
        for message in spare {
            let isSettled = message.storage.map { $0.settled >= message.record } ?? true
            if isSettled, behind.isEmpty || !behind.contains(ObjectIdentifier(message.session)) {
                message.session.deliver(message.head, message.rest)
            } else {
                behind.insert(ObjectIdentifier(message.session))
                waiting.append(message)
            }
        }
        spare.removeAll(keepingCapacity: spare.count < 1024)
        if !waiting.isEmpty { messages.insert(contentsOf: waiting, at: 0) }
    }

    /// Forgets everything; gives those whose messages these were.
    func removeAll() -> [ServerSession] {
        var sessions: [ObjectIdentifier: ServerSession] = [:]
        for message in messages { sessions[ObjectIdentifier(message.session)] = message.session }
        messages = []
        return Array(sessions.values)
    }
}
