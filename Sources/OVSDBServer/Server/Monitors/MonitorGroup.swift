import NIOCore
import OVSDB

/// All monitors of a database that asked for the same: what they are told is written once.
@DatabaseActor
final class MonitorGroup {
    let form: UpdateWriter.Form
    /// What they asked, as text: the same text in the same form is the same group. Nil once a condition was changed.
    let key: String?
    private(set) var tables: [MonitoredColumns]
    /// Where a table is in ``tables``, by its number.
    private let places: [Int: Int]
    private(set) var members: [ObjectIdentifier: Monitor] = [:]
    /// The contents as told to a new monitor, until they change.
    private var initial: ByteBuffer?

    init(_ form: UpdateWriter.Form, key: String?, _ tables: [MonitoredColumns]) {
        self.form = form
        self.key = key
        self.tables = tables
        places = Dictionary(tables.enumerated().map { ($1.table.number, $0) }, uniquingKeysWith: { $1 })
    }

    var isEmpty: Bool { members.isEmpty }
    func add(_ monitor: Monitor) { members[ObjectIdentifier(monitor)] = monitor }
    func remove(_ monitor: Monitor) { members[ObjectIdentifier(monitor)] = nil }
    func wanted(_ table: Table) -> MonitoredColumns? { places[table.number].map { tables[$0] } }

    /// The contents of the database as a new monitor is told them.
    func contents() -> ByteBuffer {
        if let initial { return initial }
        var writer = UpdateWriter(form)
        for wanted in tables {
            for (uuid, row) in wanted.table.rows { writer.initial(uuid, row, wanted) }
        }
        let buffer = ByteBuffer(bytes: writer.finish())
        initial = buffer
        return buffer
    }

    /// A transaction took place.
    func committed(_ changes: [RowChange], _ transaction: UUIDValue) {
        guard changes.contains(where: { places[$0.table.number] != nil }) else { return }
        initial = nil
        var update: ByteBuffer??
        var backlogs: [ObjectIdentifier: MonitorBacklog] = [:]
        var fresh: MonitorBacklog?
        for monitor in members.values {
            if let backlog = monitor.backlog {
                backlogs[ObjectIdentifier(backlog)] = backlog
                continue
            }
            if monitor.isBehind {
                if fresh == nil { fresh = MonitorBacklog() }
                monitor.backlog = fresh
                continue
            }
            if update == nil { update = .some(text(changes)) }
            if case .some(.some(let text)) = update { monitor.send(text, transaction) }
        }
        for backlog in backlogs.values { backlog.remember(changes, self) }
        fresh?.remember(changes, self)
    }

    private func text(_ changes: [RowChange]) -> ByteBuffer? {
        var writer = UpdateWriter(form)
        for change in changes.sorted(by: { $0.table.number < $1.table.number }) {
            guard let wanted = wanted(change.table) else { continue }
            writer.change(change.uuid, change.old, change.new, wanted)
        }
        return writer.isEmpty ? nil : ByteBuffer(bytes: writer.finish())
    }
}
