import OVSDB

/// Rows of the tables that Swift code knows.
extension DatabaseTransaction {
    /// A table's rows, by their UUIDs.
    func rows<Table: SchemaTable>(_ table: Table.Type) -> [RowID] { rows(table.name) }

    /// A column as it would be after the changes so far, ``add(_:to:of:)`` left aside.
    subscript<Table: SchemaTable, Value>(_ row: RowID, _ column: KeyPath<Table, Column<Value>>) -> Value {
        Value(datum: self[row, Table.table[keyPath: column].name])
    }

    /// The rows that a column refers to and that are there.
    func references<Table: SchemaTable, Value>(_ row: RowID, _ column: KeyPath<Table, Column<Value>>) -> [RowID] {
        references(row, Table.table[keyPath: column].name)
    }

    /// Demands that the database still has the columns as they are here when the changes are made.
    func verify<Table: SchemaTable>(_ row: RowID, _ columns: PartialKeyPath<Table>...) {
        for name in Table.names(columns) { verify(row, name) }
    }

    /// Sets a column.
    func set<Table: SchemaTable, Value>(_ row: RowID, _ column: KeyPath<Table, Column<Value>>, _ value: Value) {
        set(row, Table.table[keyPath: column].name, value.datum)
    }

    /// Adds elements or pairs to a column, whatever it holds by then; pairs replace those with their keys.
    func add<Table: SchemaTable, Value>(_ value: Value, to column: KeyPath<Table, Column<Value>>, of row: RowID) {
        add(value.datum, to: Table.table[keyPath: column].name, of: row)
    }

    /// Takes elements, or the pairs with these keys, from a column, whatever it holds by then.
    func remove<Table: SchemaTable, Value>(
        _ keys: some ColumnValue, from column: KeyPath<Table, Column<Value>>, of row: RowID
    ) {
        remove(keys.datum, from: Table.table[keyPath: column].name, of: row)
    }

    /// Adds a row.
    func insert<Table: SchemaTable>(_ row: TableRow<Table>) -> RowID {
        let id = insert(Table.name)
        for (column, value) in row.values.columns { set(id, column, value) }
        return id
    }
}
