/// A row, or some columns of one, whose columns are read and written by the names that their table's type has for them.
@dynamicMemberLookup
package struct TableRow<Table: SchemaTable>: Hashable, Sendable {
    /// The columns by their names in the database.
    package var values: Row

    /// The columns of `values`, or none.
    package init(_ values: Row = Row()) { self.values = values }

    /// A column's value; nothing when the row does not have the column.
    package subscript<Value>(dynamicMember column: KeyPath<Table, Column<Value>>) -> Value {
        get { Value(datum: values[Table.table[keyPath: column].name]) }
        set { values[Table.table[keyPath: column].name] = newValue.datum }
    }

    /// Whether the row has the column.
    package func has<Value>(_ column: KeyPath<Table, Column<Value>>) -> Bool {
        values.columns[Table.table[keyPath: column].name] != nil
    }
}

/// Rows by table, as a replica has them.
extension Dictionary where Key == String, Value == [UUIDValue: Row] {
    /// The row `uuid` of a table.
    package func row<Table: SchemaTable>(_ table: Table.Type, _ uuid: UUIDValue) -> TableRow<Table>? {
        self[table.name]?[uuid].map { TableRow($0) }
    }

    /// All rows of a table.
    package func rows<Table: SchemaTable>(_ table: Table.Type) -> [UUIDValue: TableRow<Table>] {
        self[table.name]?.mapValues { TableRow($0) } ?? [:]
    }
}
