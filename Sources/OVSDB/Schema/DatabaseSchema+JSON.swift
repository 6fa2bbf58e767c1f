/// Schemas as they go over the wire and into files (RFC 7047 section 3.2).
extension DatabaseSchema {
    /// A schema of these tables.
    public init(name: String, version: String, checksum: String? = nil, tables: [TableSchema]) {
        self.name = name
        self.version = version
        self.checksum = checksum
        self.tables = Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// The schema as JSON.
    public var json: JSON {
        var members: JSON.Members = [
            "name": .string(name), "version": .string(version), "tables": .object(.init(tables.mapValues(\.json))),
        ]
        members["cksum"] = checksum.map(JSON.string)
        return .object(members)
    }
}

extension TableSchema {
    /// A table of these columns.
    public init(
        name: String, isRoot: Bool = false, maximumRows: Int64? = nil, indexes: [[String]] = [],
        columns: [ColumnSchema]
    ) {
        self.name = name
        self.isRoot = isRoot
        self.maximumRows = maximumRows
        self.indexes = indexes
        self.columns = Dictionary(columns.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// The table as JSON.
    public var json: JSON {
        var members: JSON.Members = ["columns": .object(.init(columns.mapValues(\.json)))]
        if isRoot { members["isRoot"] = true }
        members["maxRows"] = maximumRows.map(JSON.integer)
        if !indexes.isEmpty { members["indexes"] = .array(indexes.map { .array($0.map(JSON.string)) }) }
        return .object(members)
    }
}

extension ColumnSchema {
    /// The column as JSON.
    public var json: JSON {
        var members: JSON.Members = ["type": type.json]
        if !isMutable { members["mutable"] = false }
        if isEphemeral { members["ephemeral"] = true }
        return .object(members)
    }
}

extension ColumnType {
    /// The type as JSON, in its short form where it has one.
    public var json: JSON {
        if isScalar, case .string = key.json { return key.json }
        var members: JSON.Members = ["key": key.json]
        members["value"] = value?.json
        if minimum != 1 { members["min"] = .integer(Int64(minimum)) }
        if maximum == .max {
            members["max"] = "unlimited"
        } else if maximum != 1 {
            members["max"] = .integer(Int64(maximum))
        }
        return .object(members)
    }
}

extension BaseType {
    /// The type as JSON, as its name alone where nothing is to be added.
    public var json: JSON {
        var members: JSON.Members = [:]
        members["enum"] = enumeration.map { ["set", .array($0.map(\.json))] }
        members["minInteger"] = minimumInteger.map(JSON.integer)
        members["maxInteger"] = maximumInteger.map(JSON.integer)
        members["minReal"] = minimumReal.map(JSON.real)
        members["maxReal"] = maximumReal.map(JSON.real)
        members["minLength"] = minimumLength.map(JSON.integer)
        members["maxLength"] = maximumLength.map(JSON.integer)
        members["refTable"] = referencedTable.map(JSON.string)
        if referencedTable != nil, reference == .weak { members["refType"] = "weak" }
        if members.isEmpty { return .string(kind.rawValue) }
        members["type"] = .string(kind.rawValue)
        return .object(members)
    }
}
