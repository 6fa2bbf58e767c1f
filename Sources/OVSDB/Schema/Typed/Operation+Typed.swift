extension Operation {
    /// Adds a row.
    package static func insert<Table: SchemaTable>(_ row: TableRow<Table>) -> Operation {
        .insert(into: Table.name, row: row.values.columns)
    }

    /// Sets the columns that `row` has.
    package static func update<Table: SchemaTable>(
        _ row: TableRow<Table>, where conditions: [Condition]
    ) -> Operation {
        .update(Table.name, where: conditions, row: row.values.columns)
    }
}

extension Condition {
    /// Compares a column with a value.
    package init<Table: SchemaTable, Value>(
        _ column: KeyPath<Table, Column<Value>>, _ function: Function, _ value: Value
    ) {
        self.init(Table.table[keyPath: column].name, function, value.datum)
    }
}
