import OVSDB

/// One table of a database: its rows and what is needed to keep its promises.
///
/// Changed only by a ``Transaction``.
public final class Table {
    /// Columns whose values together are unique, and who has which.
    struct Index {
        /// The names, in the schema's order, for error texts.
        let names: [String]
        let columns: [Int]
        var rows: [[Datum]: UUIDValue] = [:]

        func key(_ row: StoredRow) -> [Datum] { columns.map { row.values[$0] } }
    }

    /// A column that refers to rows, and to those of which table.
    struct Reference {
        let column: Int
        let keyTable: Int?
        let valueTable: Int?
    }

    /// The schema as it was given.
    public let schema: TableSchema
    /// The table's number in its database.
    public let number: Int
    /// The most rows allowed.
    let maximumRows: Int64?
    /// Whether rows live without anybody referring to them.
    public let isRoot: Bool
    /// The columns that rows hold values of, by name.
    public let columns: [TableColumn]
    /// Every column by name, `_uuid` and `_version` included.
    public let columnsByName: [String: TableColumn]
    /// The columns of every kind in an order, `_uuid` and `_version` first.
    public let allColumns: [TableColumn]
    /// What a row holds when nobody says anything.
    let defaults: [Datum]
    /// Columns whose default value is not allowed, and why.
    let badDefaults: [(column: Int, error: OperationError)]

    /// The rows.
    public internal(set) var rows: [UUIDValue: StoredRow] = [:]
    var indexes: [Index]
    /// Filled by the database, which knows all tables.
    var strongReferences: [Reference] = []
    var weakReferences: [Reference] = []
    /// For each column, whether a rule between rows is about it: it refers to others, or is part of an index.
    private(set) var isRuled: [Bool]
    /// For a row of this table, the rows that refer to it weakly.
    var weakReferrers: [UUIDValue: Set<RowAddress>] = [:]

    init(_ schema: TableSchema, number: Int, isRoot: Bool) {
        self.schema = schema
        self.number = number
        self.isRoot = isRoot
        maximumRows = schema.maximumRows
        var columns: [TableColumn] = []
        for (index, column) in schema.columns.values.sorted(by: { $0.name < $1.name }).enumerated() {
            columns.append(
                TableColumn(
                    name: column.name, type: column.type, isMutable: column.isMutable,
                    isEphemeral: column.isEphemeral, place: .value(index)))
        }
        self.columns = columns
        let uuid = ColumnType(BaseType(.uuid))
        allColumns =
            [
                TableColumn(name: "_uuid", type: uuid, isMutable: false, isEphemeral: false, place: .uuid),
                TableColumn(name: "_version", type: uuid, isMutable: false, isEphemeral: true, place: .version),
            ] + columns
        columnsByName = Dictionary(allColumns.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let defaults = columns.map(\.type.defaultDatum)
        self.defaults = defaults
        badDefaults = columns.indices.compactMap { index in
            do throws(OperationError) {
                try columns[index].type.check(defaults[index])
                return nil
            } catch {
                return (index, error)
            }
        }
        let places = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
        indexes = schema.indexes.map { names in
            Index(names: names, columns: names.compactMap { places[$0] })
        }
        isRuled = columns.map { _ in false }
        for column in indexes.flatMap(\.columns) { isRuled[column] = true }
    }

    /// The table's name.
    public var name: String { schema.name }

    /// Whether rows refer to others, or must differ from them.
    var hasRulesBetweenRows: Bool { !strongReferences.isEmpty || !weakReferences.isEmpty || !indexes.isEmpty }

    /// Takes the columns that refer to rows out of the schema, given the tables' numbers.
    func findReferences(_ tables: [String: Int]) {
        for (index, column) in columns.enumerated() {
            let key = column.type.key
            let value = column.type.value
            func table(_ type: BaseType?, _ isWanted: (BaseType) -> Bool) -> Int? {
                guard let type, isWanted(type), let name = type.referencedTable else { return nil }
                return tables[name]
            }
            let strong = (table(key, \.isStrongReference), table(value, \.isStrongReference))
            if strong.0 != nil || strong.1 != nil {
                strongReferences.append(Reference(column: index, keyTable: strong.0, valueTable: strong.1))
            }
            let weak = (table(key, \.isWeakReference), table(value, \.isWeakReference))
            if weak.0 != nil || weak.1 != nil {
                weakReferences.append(Reference(column: index, keyTable: weak.0, valueTable: weak.1))
            }
        }
        for reference in strongReferences + weakReferences { isRuled[reference.column] = true }
    }

    /// Calls `body` with each row that `row` refers to by the references `references`.
    func forEachTarget(
        of row: StoredRow, by references: [Reference], _ body: (RowAddress) -> Void
    ) {
        for reference in references {
            let datum = row.values[reference.column]
            if let table = reference.keyTable {
                for case .uuid(let uuid) in datum.keys { body(RowAddress(table: table, uuid: uuid)) }
            }
            if let table = reference.valueTable {
                for case .uuid(let uuid) in datum.values ?? [] { body(RowAddress(table: table, uuid: uuid)) }
            }
        }
    }
}
