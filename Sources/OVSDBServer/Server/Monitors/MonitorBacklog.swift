import NIOCore
import OVSDB

/// What monitors that could not be told of changes are to be told later: for each row what it was before.
///
/// Monitors of one group that fell behind between the same two transactions share one, and so what is written from it.
@DatabaseActor
final class MonitorBacklog {
    private var rows: [RowAddress: StoredRow?] = [:]
    /// What was written from it, until more changes.
    private var written: ByteBuffer??

    /// Keeps what rows of `group` were before they changed.
    func remember(_ changes: [RowChange], _ group: MonitorGroup) {
        written = nil
        for change in changes where group.wanted(change.table) != nil {
            let address = RowAddress(table: change.table.number, uuid: change.uuid)
            if rows[address] == nil { rows[address] = .some(change.old) }
        }
    }

    /// All that has changed meanwhile, as one update; nil when that comes to nothing.
    func text(_ group: MonitorGroup, of database: Database) -> ByteBuffer? {
        if let written { return written }
        var writer = UpdateWriter(group.form)
        for (address, old) in rows.sorted(by: { $0.key.table < $1.key.table }) {
            let table = database.tables[address.table]
            guard let wanted = group.wanted(table) else { continue }
            writer.change(address.uuid, old, table.rows[address.uuid], wanted)
        }
        let text = writer.isEmpty ? nil : ByteBuffer(bytes: writer.finish())
        written = .some(text)
        return text
    }
}
