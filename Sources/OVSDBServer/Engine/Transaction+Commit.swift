import OVSDB

/// The end of a transaction: what holds for the database as a whole, and what follows from its changes.
extension Transaction {
    /// Checks the rules between rows, removes rows and references that nobody holds any more, and says what changed.
    ///
    /// - Throws: "referential integrity violation" or "constraint violation"; then only ``abort()`` may follow.
    func prepare() throws(OperationError) -> CommittedTransaction {
        forgetUnchanged()
        if touched.isEmpty { return CommittedTransaction(changes: [], comment: comment, isDurable: isDurable) }
        isAside = touched.allSatisfy(\.isAside)
        if !isAside {
            try countReferences()
            collectGarbage()
            try checkRowCounts()
            try pruneWeakReferences()
            try checkIndexes()
        }
        return CommittedTransaction(changes: renewVersions(), comment: comment, isDurable: isDurable)
    }

    private func renewVersions() -> [RowChange] {
        var changes: [RowChange] = []
        changes.reserveCapacity(touched.count)
        for row in touched where !row.isDropped {
            let stays = row.stays
            if stays {
                if row.changedColumns.isEmpty { continue }
                row.change { $0.version = database.makeUUID() }
            }
            guard row.old != nil || row.new != nil else { continue }
            changes.append(
                RowChange(
                    table: row.table, uuid: row.uuid, old: row.old, new: row.new,
                    changedColumns: stays ? row.changedColumns : []))
        }
        return changes
    }

    // MARK: Strong references

    private func countReferences() throws(OperationError) {
        // Rows that are touched on the way changed only in their count.
        for row in touched where !row.table.strongReferences.isEmpty {
            let stays = row.stays
            for reference in row.table.strongReferences where !stays || row.changedColumns.contains(reference.column) {
                let old = row.old?.values[reference.column]
                let new = row.new?.values[reference.column]
                switch (old, new) {
                case (let old?, nil): try count(old, reference, of: row, by: -1)
                case (nil, let new?): try count(new, reference, of: row, by: 1)
                case (let old?, let new?):
                    try count(new.added(in: old), reference, of: row, by: -1)
                    try count(old.added(in: new), reference, of: row, by: 1)
                case (nil, nil): break
                }
            }
        }
        for row in touched where row.references > 0 && row.new == nil && !row.isDropped {
            throw OperationError(
                "referential integrity violation",
                "cannot delete \(row.table.name) row \(row.uuid) because of \(row.references) remaining reference(s)")
        }
    }

    private func count(
        _ datum: Datum, _ reference: Table.Reference, of row: TouchedRow, by difference: Int
    ) throws(OperationError) {
        if let table = reference.keyTable {
            try count(datum.keys, of: database.tables[table], reference, row, difference)
        }
        if let table = reference.valueTable {
            try count(datum.values ?? [], of: database.tables[table], reference, row, difference)
        }
    }

    private func count(
        _ atoms: [Atom], of table: Table, _ reference: Table.Reference, _ row: TouchedRow, _ difference: Int
    ) throws(OperationError) {
        for case .uuid(let uuid) in atoms {
            // A reference of a row to itself keeps nobody alive.
            if uuid == row.uuid { continue }
            if let target = touch(table, uuid) {
                target.references += difference
            } else if difference > 0 {
                throw OperationError(
                    "referential integrity violation",
                    "Table \(row.table.name) column \(row.table.columns[reference.column].name) row \(row.uuid) "
                        + "references nonexistent row \(uuid) in table \(table.name).")
            }
        }
    }

    private func collectGarbage() {
        // Most rows stay: what others refer to, or needs nobody.
        func isGarbage(_ row: TouchedRow) -> Bool { !row.table.isRoot && row.references == 0 && row.new != nil }
        var candidates = touched.filter(isGarbage)
        while let row = candidates.popLast() {
            guard isGarbage(row), let last = row.new else { continue }
            row.set(nil)
            row.table.forEachTarget(of: last, by: row.table.strongReferences) { address in
                guard address.uuid != row.uuid, let target = touch(database.tables[address.table], address.uuid) else {
                    return
                }
                target.references -= 1
                if target.references == 0 { candidates.append(target) }
            }
        }
    }

    /// The tables whose rows were touched and that are wanted, in their order.
    private func touchedTables(where isWanted: (Table) -> Bool) -> [Table] {
        var tables: [Table] = []
        for row in touched where isWanted(row.table) && !tables.contains(where: { $0 === row.table }) {
            tables.append(row.table)
        }
        if tables.count > 1 { tables.sort { $0.number < $1.number } }
        return tables
    }

    private func checkRowCounts() throws(OperationError) {
        for table in touchedTables(where: { $0.maximumRows != nil }) {
            guard let limit = table.maximumRows, table.rows.count > limit else { continue }
            throw .constraint(
                "transaction causes \"\(table.name)\" table to contain \(table.rows.count) rows, greater than the "
                    + "schema-defined limit of \(limit) row(s)")
        }
    }

    // MARK: Weak references

    private func pruneWeakReferences() throws(OperationError) {
        for row in touched where row.old != nil && row.new == nil {
            for referrer in row.table.weakReferrers[row.uuid] ?? [] {
                touch(database.tables[referrer.table], referrer.uuid)
            }
        }
        for row in touched where !row.table.weakReferences.isEmpty {
            for reference in row.table.weakReferences { try prune(reference, of: row) }
        }
    }

    private func prune(_ reference: Table.Reference, of row: TouchedRow) throws(OperationError) {
        guard let new = row.new else { return }
        let datum = new.values[reference.column]
        var hasZero = false
        func exists(_ atom: Atom?, _ table: Int?) -> Bool {
            guard let table, case .uuid(let uuid)? = atom else { return true }
            if uuid == .zero { hasZero = true }
            return database.tables[table].rows[uuid] != nil
        }
        let kept = datum.filtered { exists($0, reference.keyTable) && exists($1, reference.valueTable) }
        guard kept.count < datum.count else { return }
        let column = row.table.columns[reference.column]
        guard kept.count >= column.type.minimum else {
            if hasZero, row.old == nil {
                throw .constraint(
                    "Weak reference column \"\(column.name)\" in \"\(row.table.name)\" row \(row.uuid) (inserted "
                        + "within this transaction) contained all-zeros UUID (probably as the default value for this "
                        + "column) but deleting this value caused a constraint volation because this column is not "
                        + "allowed to be empty.")
            }
            throw .constraint(
                "Deletion of \(datum.count - kept.count) weak reference(s) to deleted (or never-existing) rows from "
                    + "column \"\(column.name)\" in \"\(row.table.name)\" row \(row.uuid) "
                    + (row.old == nil ? "(inserted within this transaction) " : "")
                    + "caused this column to become empty, but constraints on this column disallow an empty column.")
        }
        row.change { $0.values[reference.column] = kept }
        row.findChanges()
    }

    // MARK: Indexes

    private func checkIndexes() throws(OperationError) {
        for table in touchedTables(where: { !$0.indexes.isEmpty }) {
            let rows = touched.filter { $0.table === table && !$0.isDropped }
            if rows.isEmpty { continue }
            for index in table.indexes {
                var own: [[Datum]: TouchedRow] = [:]
                for row in rows {
                    guard let new = row.new else { continue }
                    let key = index.key(new)
                    if let other = own.updateValue(row, forKey: key) {
                        throw duplicate(index, key, table, (other.uuid, other), (row.uuid, row))
                    }
                    // Who is in the transaction has been looked at, whatever it had before.
                    if let other = index.rows[key], other != row.uuid, touchedRow(table.number, other) == nil {
                        throw duplicate(index, key, table, (other, nil), (row.uuid, row))
                    }
                }
            }
        }
    }

    private func duplicate(
        _ index: Table.Index, _ key: [Datum], _ table: Table, _ a: (UUIDValue, TouchedRow?),
        _ b: (UUIDValue, TouchedRow?)
    ) -> OperationError {
        let types = index.columns.map { table.columns[$0].type }
        func text(_ values: [Datum]) -> String {
            Self.list(zip(values, types).map { $0.commandText($1) })
        }
        let names = (index.names.count > 1 ? "columns " : "column ") + Self.list(index.names.map { "\"\($0)\"" })
        func history(_ row: TouchedRow?) -> String {
            guard let row, row.old?.values != row.new?.values else {
                return "existed in the database before this transaction and was not modified by the transaction."
            }
            guard let old = row.old else { return "was inserted by this transaction." }
            let before = index.key(old)
            if before == key {
                return "existed in the database before this transaction, which modified some of the row's columns but "
                    + "not any columns in this index."
            }
            return "had the following index values before the transaction: \(text(before))."
        }
        // The one with the greater values first, as ovsdb-server has it: the order in which they were looked at is chance.
        let (a, b) = follows(table, a.0, b.0) ? (a, b) : (b, a)
        return .constraint(
            "Transaction causes multiple rows in \"\(table.name)\" table to have identical values (\(text(key))) for "
                + "index on \(names).  First row, with UUID \(a.0), \(history(a.1))  Second row, with UUID \(b.0), "
                + history(b.1))
    }

    /// Whether the values of row `a` come after those of row `b`, column by column in the order of their names.
    private func follows(_ table: Table, _ a: UUIDValue, _ b: UUIDValue) -> Bool {
        guard let first = values(table, a), let second = values(table, b) else { return a > b }
        for index in table.columns.indices.sorted(by: { table.columns[$0].name < table.columns[$1].name }) {
            let values = (first[index], second[index])
            if values.0 == values.1 { continue }
            func atoms(_ datum: Datum) -> [Atom] { datum.keys + (datum.values ?? []) }
            return atoms(values.1).lexicographicallyPrecedes(atoms(values.0))
        }
        return a > b
    }

    private func values(_ table: Table, _ uuid: UUIDValue) -> [Datum]? {
        (touchedRow(table.number, uuid)?.new ?? table.rows[uuid])?.values
    }

    /// "a", "a and b", "a, b, and c".
    private static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        let rest = parts.dropLast().joined(separator: ", ")
        return parts.count == 2 ? "\(rest) and \(last)" : "\(rest), and \(last)"
    }

    // MARK: Completion

    /// Brings indexes and counts up to date; after ``prepare()`` only.
    func complete() {
        for row in touched where !isAside && !row.isDropped {
            if row.new?.references != row.references { row.change { $0.references = row.references } }
            let new = row.new
            updateIndexes(row, new)
            updateReferrers(row, new)
            if new == nil { row.table.weakReferrers[row.uuid] = nil }
        }
        touched = []
    }

    private func updateIndexes(_ row: TouchedRow, _ new: StoredRow?) {
        for number in row.table.indexes.indices {
            let before = row.old.map { row.table.indexes[number].key($0) }
            let after = new.map { row.table.indexes[number].key($0) }
            if before == after { continue }
            if let before, row.table.indexes[number].rows[before] == row.uuid {
                row.table.indexes[number].rows[before] = nil
            }
            if let after { row.table.indexes[number].rows[after] = row.uuid }
        }
    }

    private func updateReferrers(_ row: TouchedRow, _ new: StoredRow?) {
        let references = row.table.weakReferences
        if references.isEmpty { return }
        if let old = row.old, let new,
            references.allSatisfy({ old.values[$0.column] == new.values[$0.column] })
        {
            return
        }
        let referrer = RowAddress(table: row.table.number, uuid: row.uuid)
        var before: Set<RowAddress> = []
        var after: Set<RowAddress> = []
        if let old = row.old { row.table.forEachTarget(of: old, by: references) { before.insert($0) } }
        if let new { row.table.forEachTarget(of: new, by: references) { after.insert($0) } }
        for target in before.subtracting(after) {
            let table = database.tables[target.table]
            table.weakReferrers[target.uuid]?.remove(referrer)
            if table.weakReferrers[target.uuid]?.isEmpty == true { table.weakReferrers[target.uuid] = nil }
        }
        for target in after.subtracting(before) {
            database.tables[target.table].weakReferrers[target.uuid, default: []].insert(referrer)
        }
    }
}
