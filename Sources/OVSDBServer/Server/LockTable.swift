/// The locks of a server (RFC 7047 sections 4.1.8 to 4.1.10): names that at most one session owns.
@DatabaseActor
final class LockTable {
    /// Who wants each lock; the first has it.
    private var queues: [String: [ServerSession]] = [:]

    func isOwner(_ session: ServerSession, _ name: String) -> Bool { queues[name]?.first === session }

    func wants(_ session: ServerSession, _ name: String) -> Bool {
        queues[name]?.contains { $0 === session } ?? false
    }

    /// Puts a session behind the others, or before them; says whether it has the lock. Whoever loses it is told.
    func lock(_ name: String, for session: ServerSession, isStealing: Bool) -> Bool {
        guard isStealing, let victim = queues[name]?.first else {
            queues[name, default: []].append(session)
            return isOwner(session, name)
        }
        queues[name]?.insert(session, at: 0)
        victim.notify("stolen", [.string(name)])
        return true
    }

    /// Takes a session out; the next one is told that it has the lock.
    func unlock(_ name: String, for session: ServerSession) {
        let wasOwner = isOwner(session, name)
        queues[name]?.removeAll { $0 === session }
        guard let next = queues[name]?.first else {
            queues[name] = nil
            return
        }
        if wasOwner { next.notify("locked", [.string(name)]) }
    }

    func unlockAll(of session: ServerSession) {
        for name in queues.keys.filter({ wants(session, $0) }) { unlock(name, for: session) }
    }

    /// The locks that a session has, and those that it waits for.
    func names(of session: ServerSession) -> (held: [String], waiting: [String]) {
        let names = queues.keys.filter { wants(session, $0) }.sorted()
        return (names.filter { isOwner(session, $0) }, names.filter { !isOwner(session, $0) })
    }
}
