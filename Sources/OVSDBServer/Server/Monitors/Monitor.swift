import NIOCore
import OVSDB

/// One monitor of one session.
///
/// While its peer does not read, changes are not written but remembered: for each row what it was when the peer last
/// heard of it. So a slow reader costs no more than the rows that changed, and later gets one update for all of it.
@DatabaseActor
final class Monitor {
    let database: HostedDatabase
    /// The name that the client has given it.
    var id: JSON
    var group: MonitorGroup
    /// Lets go of this when it ends. Until then an update may be under way to many, of whom some end by it.
    private let session: ServerSession
    /// What has changed since the last update.
    var backlog: MonitorBacklog?

    init(_ id: JSON, _ group: MonitorGroup, of database: HostedDatabase, _ session: ServerSession) {
        self.id = id
        self.group = group
        self.database = database
        self.session = session
        group.add(self)
    }

    /// Whether updates wait because the peer does not read.
    var isBehind: Bool { backlog != nil || session.isCongested }

    /// Writes what was remembered as one update.
    func flush() {
        guard let text = takePending() else { return }
        send(text, database.history.last)
    }

    /// What was remembered, as text; nil when that comes to nothing.
    func takePending() -> ByteBuffer? {
        defer { backlog = nil }
        return backlog?.text(group, of: database.database)
    }

    /// Tells the update `text`.
    func send(_ text: ByteBuffer, _ transaction: UUIDValue) {
        var head: [UInt8] = Array("{\"id\":null,\"method\":\"\(group.form.method)\",\"params\":[".utf8)
        id.write(to: &head)
        head.append(UInt8(ascii: ","))
        if group.form == .numberedDifferences { head += "\"\(transaction)\",".utf8 }
        session.send(ByteBuffer(bytes: head), [text, ByteBuffer(string: "]}")], after: database.storage)
    }

    /// Goes on with other conditions; tells which rows come and go by that.
    func change(_ conditions: [Int: RowCondition]) {
        flush()
        var writer = UpdateWriter(group.form)
        var tables = group.tables
        for index in tables.indices {
            guard let condition = conditions[tables[index].table.number] else { continue }
            let before = tables[index].condition
            tables[index].condition = condition
            for (uuid, row) in tables[index].table.rows {
                // A row known before and after has not changed.
                if before.isMetByAny(uuid, row) == condition.isMetByAny(uuid, row) { continue }
                writer.change(uuid, row, row, tables[index], before: before)
            }
        }
        database.move(self, to: MonitorGroup(group.form, key: nil, tables))
        if !writer.isEmpty { send(ByteBuffer(bytes: writer.finish()), database.history.last) }
    }
}
