import OVSDB

/// A change of a column, as "column:key=value".
struct RowSetting {
    private let column: ColumnSchema
    /// Whether only the pair in `value` is meant, of a map.
    private let isPair: Bool
    private let value: Datum

    /// Reads `text`, whose column is one of the row's.
    init(_ text: String, of row: RowID, _ context: CommandContext) throws {
        let table = try context.transaction.schema.table(named: row.table)
        let argument = try ColumnArgument(text, table, relations: ["="])
        column = argument.column
        try column.checkMutable(row, context.transaction)
        guard let key = argument.key else {
            isPair = false
            value = try context.reader.datum(argument.value, column.type)
            return
        }
        guard let valueType = column.type.value else {
            throw CommandError("cannot specify key to set for non-map column \(column.name)")
        }
        let reader = context.reader
        isPair = true
        value = Datum(map: [(try reader.atom(key, column.type.key), try reader.atom(argument.value, valueType))])
    }

    /// Makes the change.
    ///
    /// - Parameter isLast: whether nobody will look at the row any more. A pair is then added to what the map holds by
    ///   then, and other clients' changes of it do no harm.
    func apply(to row: RowID, _ transaction: DatabaseTransaction, isLast: Bool) {
        if !isPair {
            transaction.set(row, column.name, value)
        } else if isLast {
            transaction.add(value, to: column.name, of: row)
        } else {
            let present = transaction[row, column.name]
            transaction.verify(row, column.name)
            transaction.set(row, column.name, value.union(present.values == nil ? .emptyMap : present))
        }
    }
}

extension ColumnSchema {
    /// - Throws: when the column of a row in the database may not change.
    func checkMutable(_ row: RowID, _ transaction: DatabaseTransaction) throws {
        guard isMutable || !transaction.isOld(row) else {
            throw CommandError("cannot modify read-only column \(name) in table \(row.table)")
        }
    }
}
