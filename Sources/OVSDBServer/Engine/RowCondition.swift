import OVSDB

/// A `where`: tests that must all hold, or, for monitors, of which one must (RFC 7047 section 5.1, `<condition>`).
struct RowCondition {
    enum Clause {
        case constant(Bool)
        case test(TableColumn, Condition.Function, Datum)
    }

    var clauses: [Clause]

    /// Reads the tests of `json` for rows of `table`.
    init(_ json: [JSON], _ table: Table, _ reader: DatumReader) throws(OperationError) {
        clauses = []
        clauses.reserveCapacity(json.count)
        for clause in json { clauses.append(try Self.clause(clause, table, reader)) }
    }

    private static func clause(
        _ json: JSON, _ table: Table, _ reader: DatumReader
    ) throws(OperationError) -> Clause {
        if case .boolean(let value) = json { return .constant(value) }
        guard case .array(let parts) = json, parts.count == 3, case .string(let name) = parts[0],
            case .string(let function) = parts[1]
        else { throw .syntax(json, "Parse error in condition.") }
        guard let column = table.columnsByName[name] else {
            throw .syntax(json, "No column \(name) in table \(table.name).", as: "unknown column")
        }
        guard let function = Condition.Function(rawValue: function) else {
            throw .syntax(nil, "No function named \(function).", as: "unknown function")
        }
        var type = column.type
        switch function {
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard type.isScalar || type.isOptional, type.key.kind == .integer || type.key.kind == .real else {
                throw .syntax(
                    json,
                    "Type mismatch: \"\(function.rawValue)\" operator may not be applied to column \(name) of type "
                        + "\(type.english).")
            }
            type.minimum = 1
        case .equal, .notEqual: break
        case .excludes:
            if !type.isScalar {
                type.minimum = 0
                type.maximum = .max
            }
        case .includes:
            if !type.isScalar { type.minimum = 0 }
        }
        return .test(column, function, try reader.datum(parts[2], type))
    }

    /// The only row that can pass, when a test names it.
    var row: UUIDValue? {
        for case .test(let column, .equal, let value) in clauses where column.place == .uuid {
            if case .uuid(let uuid)? = value.keys.first { return uuid }
        }
        return nil
    }

    /// Whether every row passes any of the tests.
    var isAlwaysMetByAny: Bool {
        clauses.isEmpty || clauses.contains { if case .constant(true) = $0 { true } else { false } }
    }

    /// Whether the row passes every test.
    func isMetByAll(_ uuid: UUIDValue, _ row: StoredRow) -> Bool {
        clauses.allSatisfy { Self.isMet($0, uuid, row) }
    }

    /// Whether the row passes one of the tests; if there is none, it does.
    func isMetByAny(_ uuid: UUIDValue, _ row: StoredRow) -> Bool {
        clauses.isEmpty || clauses.contains { Self.isMet($0, uuid, row) }
    }

    private static func isMet(_ clause: Clause, _ uuid: UUIDValue, _ row: StoredRow) -> Bool {
        switch clause {
        case .constant(let value): return value
        case .test(let column, let function, let value):
            if case .uuid = column.place, case .uuid(let other)? = value.keys.first {
                return (uuid == other) == (function == .equal || function == .includes)
            }
            return holds(column.datum(uuid, row), function, value)
        }
    }

    private static func holds(_ field: Datum, _ function: Condition.Function, _ value: Datum) -> Bool {
        switch function {
        case .equal: return field == value
        case .notEqual: return field != value
        case .includes: return value.isContained(in: field)
        case .excludes: return value.isDisjoint(with: field)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            // An absent optional value is neither less nor greater than anything.
            guard let field = field.keys.first, let value = value.keys.first else { return false }
            switch function {
            case .less: return field < value
            case .lessOrEqual: return !(value < field)
            case .greater: return value < field
            default: return !(field < value)
            }
        }
    }
}
