import OVSDB

extension DatabaseSchema {
    /// - Throws: "syntax error" when the schema contradicts itself or breaks the rules of RFC 7047 section 3.2.
    func validate() throws(OperationError) {
        guard MemberReader.isID(name) else { throw .syntax(nil, "\(name) is not a valid database name") }
        if !version.isEmpty {
            let parts = version.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { 48...57 ~= $0 } }) else {
                throw .syntax(nil, "schema version \"\(version)\" not in format x.y.z")
            }
        }
        for (name, table) in tables {
            try Self.checkName(name)
            if table.columns.isEmpty { throw .syntax(nil, "table must have at least one column") }
            if let rows = table.maximumRows, rows < 1 { throw .syntax(nil, "maxRows must be at least 1") }
            for (name, column) in table.columns {
                try Self.checkName(name)
                try check(column.type.key, of: column, "key")
                if let value = column.type.value { try check(value, of: column, "value") }
            }
            for index in table.indexes {
                if index.isEmpty { throw .syntax(nil, "index must have at least one column") }
                for name in index {
                    guard let column = table.columns[name] else {
                        throw .syntax(nil, "\(name) is not a valid column name")
                    }
                    if column.isEphemeral {
                        throw .syntax(nil, "ephemeral columns (such as \(name)) may not be indexed")
                    }
                }
            }
        }
    }

    private static func checkName(_ name: String) throws(OperationError) {
        if name.hasPrefix("_") { throw .syntax(nil, "names beginning with \"_\" are reserved") }
        guard MemberReader.isID(name) else { throw .syntax(nil, "name must be a valid id") }
    }

    private func check(_ type: BaseType, of column: ColumnSchema, _ part: String) throws(OperationError) {
        if let low = type.minimumInteger, let high = type.maximumInteger, low > high {
            throw .syntax(nil, "minInteger exceeds maxInteger")
        }
        if let low = type.minimumReal, let high = type.maximumReal, low > high {
            throw .syntax(nil, "minReal exceeds maxReal")
        }
        if let low = type.minimumLength, let high = type.maximumLength, low > high {
            throw .syntax(nil, "minLength exceeds maxLength")
        }
        if let table = type.referencedTable, tables[table] == nil {
            throw .syntax(nil, "column \(column.name) \(part) refers to undefined table \(table)")
        }
    }
}
