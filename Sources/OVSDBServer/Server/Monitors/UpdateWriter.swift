import OVSDB

/// Writes what a monitor tells: `<table-updates>` (RFC 7047 section 4.1.6) or `<table-updates2>`
/// (ovsdb-server(7) section 4.1.14).
struct UpdateWriter {
    /// The forms of updates, one for each method that asks for a monitor.
    enum Form: Hashable {
        /// `monitor`: old and new values.
        case values
        /// `monitor_cond`: differences, defaults left out.
        case differences
        /// `monitor_cond_since`: the same with the transaction's name.
        case numberedDifferences

        var method: String {
            switch self {
            case .values: "update"
            case .differences: "update2"
            case .numberedDifferences: "update3"
            }
        }
    }

    private let form: Form
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var table: Table?

    init(_ form: Form) {
        self.form = form
    }

    /// Whether nothing has been written.
    var isEmpty: Bool { table == nil }

    /// Ends the object; nothing may be written afterwards.
    mutating func finish() -> [UInt8] {
        if table != nil { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Writes a row that the monitor begins with.
    mutating func initial(_ uuid: UUIDValue, _ row: StoredRow, _ wanted: MonitoredColumns) {
        guard wanted.selection.contains(.initial), wanted.condition.isMetByAny(uuid, row) else { return }
        write(.initial, uuid, nil, row, wanted)
    }

    /// Writes the change of a row; `before` is the condition under which the peer knows the old row.
    mutating func change(
        _ uuid: UUIDValue, _ old: StoredRow?, _ new: StoredRow?, _ wanted: MonitoredColumns, before: RowCondition? = nil
    ) {
        let wasThere = old.map { (before ?? wanted.condition).isMetByAny(uuid, $0) } ?? false
        let isThere = new.map { wanted.condition.isMetByAny(uuid, $0) } ?? false
        let kind: MonitorSelection
        switch (wasThere, isThere) {
        case (false, false): return
        case (false, true): kind = .insert
        case (true, false): kind = .delete
        case (true, true): kind = .modify
        }
        guard wanted.selection.contains(kind) else { return }
        write(kind, uuid, old, new, wanted)
    }

    private mutating func write(
        _ kind: MonitorSelection, _ uuid: UUIDValue, _ old: StoredRow?, _ new: StoredRow?, _ wanted: MonitoredColumns
    ) {
        var changed: [Bool] = []
        if kind == .modify, let old, let new {
            changed = wanted.columns.map { Self.differs($0.column, old, new) }
            if !changed.contains(true) { return }
        }
        begin(uuid, wanted.table)
        if form == .values {
            writeValues(kind, uuid, old, new, wanted, changed)
        } else {
            writeDifferences(kind, uuid, old, new, wanted, changed)
        }
    }

    private static func differs(_ column: TableColumn, _ old: StoredRow, _ new: StoredRow) -> Bool {
        switch column.place {
        case .uuid: false
        case .version: old.version != new.version
        case .value(let index): old.values[index] != new.values[index]
        }
    }

    /// Writes the names of the table, where it is another one, and of the row.
    private mutating func begin(_ uuid: UUIDValue, _ next: Table) {
        if table === next {
            bytes.append(UInt8(ascii: ","))
        } else {
            if table != nil { bytes += "},".utf8 }
            table = next
            JSON.write(next.name, to: &bytes)
            bytes += ":{".utf8
        }
        bytes.append(UInt8(ascii: "\""))
        uuid.write(to: &bytes)
        bytes += "\":".utf8
    }

    private mutating func writeValues(
        _ kind: MonitorSelection, _ uuid: UUIDValue, _ old: StoredRow?, _ new: StoredRow?, _ wanted: MonitoredColumns,
        _ changed: [Bool]
    ) {
        bytes.append(UInt8(ascii: "{"))
        if let old, kind == .delete || kind == .modify {
            bytes += "\"old\":{".utf8
            var isFirst = true
            for (index, (column, selection)) in wanted.columns.enumerated() where selection.contains(kind) {
                if kind == .modify, !changed[index] { continue }
                column.datum(uuid, old).write(as: column.name, &isFirst, to: &bytes)
            }
            bytes += new == nil || kind == .delete ? "}".utf8 : "},".utf8
        }
        if let new, kind != .delete {
            bytes += "\"new\":{".utf8
            var isFirst = true
            for (column, selection) in wanted.columns where selection.contains(kind) {
                column.datum(uuid, new).write(as: column.name, &isFirst, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func writeDifferences(
        _ kind: MonitorSelection, _ uuid: UUIDValue, _ old: StoredRow?, _ new: StoredRow?, _ wanted: MonitoredColumns,
        _ changed: [Bool]
    ) {
        guard let new, kind != .delete else {
            bytes += "{\"delete\":null}".utf8
            return
        }
        bytes += (kind == .initial ? "{\"initial\":{" : kind == .insert ? "{\"insert\":{" : "{\"modify\":{").utf8
        var isFirst = true
        for (index, (column, selection)) in wanted.columns.enumerated() where selection.contains(kind) {
            let value = column.datum(uuid, new)
            if kind == .modify, let old {
                guard changed[index] else { continue }
                let isWhole = column.type.maximum <= 1
                let told = isWhole ? value : column.datum(uuid, old).difference(to: value)
                told.write(as: column.name, &isFirst, to: &bytes)
            } else if case .value(let place) = column.place, value == wanted.table.defaults[place] {
                continue
            } else {
                value.write(as: column.name, &isFirst, to: &bytes)
            }
        }
        bytes += "}}".utf8
    }
}
