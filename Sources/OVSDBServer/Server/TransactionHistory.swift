import OVSDB

/// What the last transactions of a database changed, for clients that come back and name the last one they heard of
/// (ovsdb-server(7), `monitor_cond_since`).
///
/// Nobody knows the name of a transaction before a client has asked in that way, so nothing is kept before.
struct TransactionHistory {
    /// The last transaction, which the next start does not know.
    private(set) var last = UUIDValue.random()
    private var isKept = false
    private var entries: [(transaction: UUIDValue, changes: [RowChange])] = []
    /// The number of changes in ``entries``.
    private var size = 0
    private static let limit = (transactions: 100, changes: 10_000)

    /// Keeps what follows from now on: a client is about to be told of ``last``.
    mutating func keep() {
        if isKept { return }
        isKept = true
        entries = [(last, [])]
    }

    /// Notes a transaction, of which `name` makes the name if it needs one.
    mutating func add(_ changes: [RowChange], _ name: @autoclosure () -> UUIDValue) {
        guard isKept else { return }
        last = name()
        entries.append((last, changes))
        size += changes.count
        while entries.count > Self.limit.transactions || size > Self.limit.changes, !entries.isEmpty {
            size -= entries.removeFirst().changes.count
        }
    }

    /// What changed since `transaction`, oldest first; nil when that is not known any more.
    func changes(since transaction: UUIDValue) -> [RowChange]? {
        if transaction == last { return [] }
        guard let index = entries.lastIndex(where: { $0.transaction == transaction }) else { return nil }
        return entries[(index + 1)...].flatMap(\.changes)
    }

    /// Begins anew, as of another database.
    mutating func forget() { self = TransactionHistory() }
}
