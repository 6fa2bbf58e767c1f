/// A table that Swift code knows: a type whose stored properties are the columns.
package protocol SchemaTable: Sendable {
    /// The table's name.
    static var name: String { get }
    /// The one value of the type: the columns.
    static var table: Self { get }
    /// Whether rows live without anybody referring to them.
    static var isRoot: Bool { get }
    /// The most rows allowed.
    static var maximumRows: Int64? { get }
    /// Sets of columns whose values together are unique.
    static var indexes: [[PartialKeyPath<Self>]] { get }
}

extension SchemaTable {
    package static var isRoot: Bool { false }
    package static var maximumRows: Int64? { nil }
    package static var indexes: [[PartialKeyPath<Self>]] { [] }

    /// The table's declaration, with every column that the type has.
    package static var schema: TableSchema {
        let columns = Mirror(reflecting: table).children.compactMap { ($0.value as? any AnyColumn)?.schema }
        return TableSchema(
            name: name, isRoot: isRoot, maximumRows: maximumRows, indexes: indexes.map(names), columns: columns)
    }

    /// The names of columns.
    package static func names(_ columns: [PartialKeyPath<Self>]) -> [String] {
        columns.compactMap { (table[keyPath: $0] as? any AnyColumn)?.schema.name }
    }
}

extension BaseType {
    /// A row of a table, which lives as long as somebody refers to it.
    package static func row(_ table: (some SchemaTable).Type) -> BaseType {
        var type = BaseType(.uuid)
        type.referencedTable = table.name
        return type
    }

    /// A row of a table, forgotten when the row goes.
    package static func weakRow(_ table: (some SchemaTable).Type) -> BaseType {
        var type = row(table)
        type.reference = .weak
        return type
    }
}

extension MonitoredTable {
    /// Asks for `columns` and `silent` of `table`.
    package init<Table: SchemaTable>(
        _ table: Table.Type, columns: [PartialKeyPath<Table>], silent: [PartialKeyPath<Table>] = [],
        isRequired: Bool = true
    ) {
        self.init(
            table.name, columns: table.names(columns), silent: table.names(silent), isRequired: isRequired)
    }
}
