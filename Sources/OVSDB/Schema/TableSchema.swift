/// One column of a table (RFC 7047 section 3.2, `<column-schema>`).
public struct ColumnSchema: Hashable, Sendable {
    /// The column's name.
    public var name: String
    /// What it holds.
    public var type: ColumnType
    /// Whether it may change after its row's insertion.
    public var isMutable = true
    /// Whether its contents need not survive the server.
    public var isEphemeral = false
}

/// One table of a database (RFC 7047 section 3.2, `<table-schema>`).
public struct TableSchema: Hashable, Sendable {
    /// The table's name.
    public var name: String
    /// The columns by name, without `_uuid` and `_version`.
    public var columns: [String: ColumnSchema]
    /// The most rows allowed.
    public var maximumRows: Int64?
    /// Whether rows live without anybody referring to them.
    public var isRoot = false
    /// Sets of columns whose values together are unique.
    public var indexes: [[String]] = []

    /// Reads a table from a schema.
    ///
    /// - Throws: code ``OVSDBError/Code/schema``.
    public init(name: String, json: JSON) throws(OVSDBError) {
        guard let columns = json["columns"]?.object else {
            throw OVSDBError(.schema, "table \(name) has no columns")
        }
        self.name = name
        self.columns = [:]
        for (column, json) in columns {
            guard let type = json["type"] else {
                throw OVSDBError(.schema, "table \(name): column \(column) has no type")
            }
            self.columns[column] = ColumnSchema(
                name: column, type: try ColumnType(json: type), isMutable: json["mutable"]?.boolean ?? true,
                isEphemeral: json["ephemeral"]?.boolean ?? false)
        }
        maximumRows = json["maxRows"]?.integer
        isRoot = json["isRoot"]?.boolean ?? false
        indexes = json["indexes"]?.array?.compactMap { $0.array?.compactMap(\.string) } ?? []
    }

    /// The type of a column, `_uuid` and `_version` included; nil when there is none.
    public func type(of column: String) -> ColumnType? {
        column == "_uuid" || column == "_version" ? ColumnType(BaseType(.uuid)) : columns[column]?.type
    }

    /// Reads the columns of a row that the table has; others are passed over.
    ///
    /// - Throws: code ``OVSDBError/Code/type``.
    public func row(json: JSON) throws(OVSDBError) -> Row {
        guard let members = json.object else {
            throw OVSDBError(.type, "table \(name): expected a row, met \(json.text.prefix(100))")
        }
        var row = Row()
        row.columns.reserveCapacity(members.count)
        for (column, value) in members {
            guard let type = type(of: column) else { continue }
            do throws(OVSDBError) {
                row.columns[column] = try Datum(json: value, type: type)
            } catch {
                throw OVSDBError(.type, "table \(name), column \(column): \(error)")
            }
        }
        return row
    }
}
