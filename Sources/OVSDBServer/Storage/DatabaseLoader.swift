import OVSDB

/// Puts records of a file into a database.
///
/// Records tell what was left after all rules were applied, so the rules between rows are not gone through for each;
/// ``finish()`` counts references and fills the indexes once.
final class DatabaseLoader {
    let database: Database
    private let reader = DatumReader(symbols: nil)

    init(_ database: Database) {
        self.database = database
    }

    /// Applies a record. Should it fail, part of it has been applied.
    func apply(_ json: JSON) throws(OperationError) {
        try forEachRow(json) { (row, uuid, table, isDifference) throws(OperationError) in
            try apply(row, to: uuid, of: table, isDifference)
        }
    }

    /// Applies a record as a transaction: whole and by all rules, or not at all. For files with records that break them;
    /// ``finish()`` is not needed then.
    func replay(_ json: JSON) throws(OperationError) {
        let transaction = Transaction(database)
        do throws(OperationError) {
            try forEachRow(json) { (row, uuid, table, isDifference) throws(OperationError) in
                let isThere = transaction.touch(table, uuid) != nil
                if row != .null {
                    if !isThere { transaction.insert(table, uuid, table.defaults) }
                    try transaction.update(table, uuid) { values throws(OperationError) in
                        try apply(row, to: &values, of: table, isDifference)
                    }
                } else if isThere {
                    transaction.delete(table, uuid)
                } else {
                    throw Self.missing(uuid)
                }
            }
            _ = try transaction.prepare()
        } catch {
            transaction.abort()
            throw error
        }
        transaction.complete()
    }

    private static func missing(_ uuid: UUIDValue) -> OperationError {
        .syntax(nil, "transaction deletes row \(uuid) that does not exist")
    }

    private func forEachRow(
        _ json: JSON, _ body: (JSON, UUIDValue, Table, _ isDifference: Bool) throws(OperationError) -> Void
    ) throws(OperationError) {
        guard case .object(let members) = json else { throw .syntax(json, "object expected") }
        let isDifference = members["_is_diff"] == .boolean(true)
        for (name, rows) in members {
            guard let table = database.tablesByName[name] else {
                if Self.isNote(name, rows) { continue }
                throw .syntax(json, "No table named \(name).", as: "unknown table")
            }
            guard case .object(let rows) = rows else { throw .syntax(rows, "object expected") }
            for (text, row) in rows {
                guard let uuid = UUIDValue(text) else { throw .syntax(rows[text], "\"\(text)\" is not a valid UUID") }
                try body(row, uuid, table, isDifference)
            }
        }
    }

    /// Whether a member of a record says something of the transaction itself.
    private static func isNote(_ name: String, _ value: JSON) -> Bool {
        switch (name, value) {
        case ("_date", .integer), ("_is_diff", .boolean), ("_comment", _): true
        default: false
        }
    }

    private func apply(
        _ json: JSON, to uuid: UUIDValue, of table: Table, _ isDifference: Bool
    ) throws(OperationError) {
        if json == .null {
            if table.rows.removeValue(forKey: uuid) == nil { throw Self.missing(uuid) }
            return
        }
        let fresh = StoredRow(version: database.makeUUID(), values: table.defaults)
        try apply(json, to: &table.rows[uuid, default: fresh].values, of: table, isDifference)
    }

    private func apply(
        _ json: JSON, to values: inout [Datum], of table: Table, _ isDifference: Bool
    ) throws(OperationError) {
        guard case .object(let members) = json else { throw .syntax(json, "row must be JSON object") }
        for (name, value) in members {
            guard let column = table.columnsByName[name], case .value(let index) = column.place else {
                throw .syntax(json, "No column \(name) in table \(table.name).", as: "unknown column")
            }
            let present = values[index]
            guard isDifference, column.type.maximum > 1, present != table.defaults[index] else {
                values[index] = try reader.datum(value, column.type)
                continue
            }
            var type = column.type
            type.minimum = 0
            type.maximum = .max
            let result = present.applying(try reader.datum(value, type), type: type)
            guard column.type.allows(result.count) else {
                throw OperationError("ovsdb error", "Datum created by diff has size error")
            }
            values[index] = result
        }
    }

    /// Puts the database in the state that transactions expect.
    ///
    /// - Throws: "referential integrity violation" or "constraint violation" when the contents break a rule.
    func finish() throws(OperationError) {
        for table in database.tables where table.hasRulesBetweenRows {
            for (uuid, row) in table.rows { try count(row, uuid, table) }
        }
    }

    private func count(_ row: StoredRow, _ uuid: UUIDValue, _ table: Table) throws(OperationError) {
        var missing: RowAddress?
        table.forEachTarget(of: row, by: table.strongReferences) { target in
            if target.uuid == uuid { return }
            if (database.tables[target.table].rows[target.uuid]?.references += 1) == nil { missing = target }
        }
        if let missing {
            throw OperationError(
                "referential integrity violation",
                "Table \(table.name) row \(uuid) references nonexistent row \(missing.uuid) in table "
                    + "\(database.tables[missing.table].name).")
        }
        let address = RowAddress(table: table.number, uuid: uuid)
        table.forEachTarget(of: row, by: table.weakReferences) { target in
            database.tables[target.table].weakReferrers[target.uuid, default: []].insert(address)
        }
        for number in table.indexes.indices {
            let key = table.indexes[number].key(row)
            if let other = table.indexes[number].rows.updateValue(uuid, forKey: key) {
                throw .constraint(
                    "rows \(other) and \(uuid) of table \(table.name) have identical values for an index")
            }
        }
    }
}
