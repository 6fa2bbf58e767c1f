/// A copy of the monitored part of a database.
struct Replica: Sendable {
    typealias Contents = [String: [UUIDValue: Row]]

    /// The rows by table; every monitored table has an entry.
    private(set) var tables: Contents
    private let silent: [String: Set<String>]

    init(_ monitored: [MonitoredTable]) {
        tables = Dictionary(monitored.map { ($0.name, [:]) }, uniquingKeysWith: { $1 })
        silent = Dictionary(monitored.map { ($0.name, Set($0.silent)) }, uniquingKeysWith: { $1 })
    }

    /// Applies what happened since; tells the changes that are not silent.
    ///
    /// - Throws: ``OVSDBError/Code/protocolViolation`` when an update does not fit the contents; nothing has been
    ///   applied then.
    mutating func apply(_ updates: [RowUpdate], schema: DatabaseSchema) throws(OVSDBError) -> [Change] {
        var changes: [Change] = []
        for update in updates {
            let old = tables[update.table]?[update.uuid]
            let new: Row?
            switch update.action {
            case .put(let row): new = row
            case .merge(let columns): new = Row((old ?? Row()).columns.merging(columns.columns) { $1 })
            case .delete: new = nil
            case .modify(let difference):
                guard var row = old, let table = schema.tables[update.table] else {
                    throw OVSDBError(
                        .protocolViolation, "cannot modify missing row \(update.uuid) of table \(update.table)")
                }
                for (column, value) in difference.columns {
                    guard let type = table.type(of: column) else { continue }
                    row[column] = row[column].applying(value, type: type)
                }
                new = row
            }
            if let change = Self.change(update.table, update.uuid, old, new) { changes.append(change) }
        }
        for change in changes { tables[change.table, default: [:]][change.uuid] = change.new }
        return changes.filter(isTold)
    }

    /// Becomes what `updates`, applied to nothing, describe; tells the changes that are not silent.
    mutating func replace(_ updates: [RowUpdate]) -> [Change] {
        var contents = tables.mapValues { _ in [UUIDValue: Row]() }
        for update in updates {
            if case .put(let row) = update.action { contents[update.table, default: [:]][update.uuid] = row }
        }
        var changes: [Change] = []
        for (table, rows) in contents {
            let before = tables[table] ?? [:]
            for (uuid, row) in rows {
                if let change = Self.change(table, uuid, before[uuid], row) { changes.append(change) }
            }
            for (uuid, row) in before where rows[uuid] == nil {
                if let change = Self.change(table, uuid, row, nil) { changes.append(change) }
            }
        }
        tables = contents
        return changes.filter(isTold)
    }

    private func isTold(_ change: Change) -> Bool {
        guard change.kind == .modified, let silent = silent[change.table] else { return true }
        return !change.columns.isSubset(of: silent)
    }

    private static func change(_ table: String, _ uuid: UUIDValue, _ old: Row?, _ new: Row?) -> Change? {
        let columns: Set<String>
        switch (old, new) {
        case (nil, nil): return nil
        case (let row?, nil), (nil, let row?): columns = Set(row.columns.keys)
        case (let old?, let new?):
            columns = Set(
                Set(old.columns.keys).union(new.columns.keys).filter { old.columns[$0] != new.columns[$0] })
            if columns.isEmpty { return nil }
        }
        return Change(table: table, uuid: uuid, old: old, new: new, columns: columns)
    }
}
