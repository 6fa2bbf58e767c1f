import OVSDB

/// Makes the text of records: the schema, transactions, and the whole contents.
enum RecordWriter {
    /// The first record of a file.
    static func schema(_ json: JSON) -> [UInt8] {
        var body: [UInt8] = []
        json.write(to: &body)
        body.append(UInt8(ascii: "\n"))
        return LogRecord.encode(body)
    }

    /// A transaction; nil when nothing in it outlives the server.
    ///
    /// - Parameter mayDiffer: whether the file's readers understand differences.
    static func transaction(_ transaction: CommittedTransaction, date: Int64, mayDiffer: Bool = true) -> [UInt8]? {
        let isDifference = mayDiffer && prefersDifferences(transaction.changes)
        var body: [UInt8] = []
        // Most transactions are small.
        body.reserveCapacity(512)
        body.append(UInt8(ascii: "{"))
        var table: Table?
        // The rows of one table must stand together: of two members of one name only the later would count.
        var changes = transaction.changes
        if changes.count > 1 { changes.sort { $0.table.number < $1.table.number } }
        for change in changes {
            guard tells(change) else { continue }
            if table === change.table {
                body.append(UInt8(ascii: ","))
            } else {
                if table != nil { body += "},".utf8 }
                table = change.table
                JSON.write(change.table.name, to: &body)
                body += ":{".utf8
            }
            name(change.uuid, to: &body)
            write(change, isDifference, to: &body)
        }
        if table == nil { return nil }
        body += "},".utf8
        finish(&body, comment: transaction.comment, isDifference: isDifference, date: date)
        return LogRecord.encode(body)
    }

    /// All rows of a database as one transaction.
    static func contents(_ snapshot: DatabaseSnapshot, comment: String?, date: Int64) -> [UInt8] {
        var body: [UInt8] = [UInt8(ascii: "{")]
        for table in snapshot.tables where !table.rows.isEmpty {
            JSON.write(table.name, to: &body)
            body += ":{".utf8
            var isFirst = true
            for (uuid, row) in table.rows {
                if !isFirst { body.append(UInt8(ascii: ",")) }
                isFirst = false
                name(uuid, to: &body)
                writeWhole(row.values, table.columns, table.defaults, to: &body)
            }
            body += "},".utf8
        }
        finish(&body, comment: comment, isDifference: false, date: date)
        return LogRecord.encode(body)
    }

    private static func finish(_ body: inout [UInt8], comment: String?, isDifference: Bool, date: Int64) {
        if let comment {
            body += "\"_comment\":".utf8
            JSON.write(comment, to: &body)
            body.append(UInt8(ascii: ","))
        }
        if isDifference { body += "\"_is_diff\":true,".utf8 }
        body += "\"_date\":".utf8
        JSON.integer(date).write(to: &body)
        body += "}\n".utf8
    }

    private static func name(_ uuid: UUIDValue, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        uuid.write(to: &bytes)
        bytes += "\":".utf8
    }

    /// Whether the file tells anything of a change: not when only what does not last has changed.
    private static func tells(_ change: RowChange) -> Bool {
        if change.old == nil || change.new == nil { return true }
        return change.changedColumns.contains { !change.table.columns[$0].isEphemeral }
    }

    /// Writes what the file tells of a row.
    private static func write(_ change: RowChange, _ isDifference: Bool, to bytes: inout [UInt8]) {
        guard let new = change.new else {
            bytes += "null".utf8
            return
        }
        let columns = change.table.columns
        guard let old = change.old else {
            writeWhole(new.values, columns, change.table.defaults, to: &bytes)
            return
        }
        var isFirst = true
        bytes.append(UInt8(ascii: "{"))
        for index in change.changedColumns where !columns[index].isEphemeral {
            let value =
                isDifference && columns[index].type.maximum > 1
                ? old.values[index].difference(to: new.values[index]) : new.values[index]
            value.write(as: columns[index].name, &isFirst, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func writeWhole(
        _ values: [Datum], _ columns: [TableColumn], _ defaults: [Datum], to bytes: inout [UInt8]
    ) {
        var isFirst = true
        bytes.append(UInt8(ascii: "{"))
        for index in columns.indices where values[index] != defaults[index] && !columns[index].isEphemeral {
            values[index].write(as: columns[index].name, &isFirst, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Whether a transaction is told by what changes in sets and maps rather than by their new contents, as with
    /// ovsdb-server: `ovsdb-tool show-log` shows which. One that only inserts tells no differences.
    ///
    /// Readers take the difference for the contents where the column held its default, and ovsdb-server refuses a
    /// difference of more elements than the column may have; then there is no choice.
    private static func prefersDifferences(_ changes: [RowChange]) -> Bool {
        var isFound = false
        for change in changes {
            guard let old = change.old else { continue }
            isFound = true
            guard let new = change.new else { continue }
            for index in change.changedColumns {
                let column = change.table.columns[index]
                guard column.type.maximum > 1, !column.isEphemeral else { continue }
                let before = old.values[index]
                if before.isEmpty { continue }
                guard before != change.table.defaults[index],
                    column.type.allows(before.difference(to: new.values[index]).count)
                else { return false }
            }
        }
        return isFound
    }
}
