import OVSDB

/// A change of a column by its present value (RFC 7047 section 5.1, `<mutation>`).
struct RowMutation {
    let column: TableColumn
    let index: Int
    let mutator: Mutation.Mutator
    let argument: Datum

    /// Reads a mutation of rows of `table`.
    init(_ json: JSON, _ table: Table, _ reader: DatumReader) throws(OperationError) {
        guard case .array(let parts) = json, parts.count == 3, case .string(let name) = parts[0],
            case .string(let mutator) = parts[1]
        else { throw .syntax(json, "Parse error in mutation.") }
        guard let column = table.columnsByName[name] else {
            throw .syntax(json, "No column \(name) in table \(table.name).", as: "unknown column")
        }
        guard column.isMutable, case .value(let index) = column.place else {
            throw .syntax(
                json, "Cannot mutate immutable column \(name) in table \(table.name).", as: "constraint violation")
        }
        guard let mutator = Mutation.Mutator(rawValue: mutator) else {
            throw .syntax(nil, "No mutator named \(mutator).", as: "unknown mutator")
        }
        self.column = column
        self.index = index
        self.mutator = mutator
        var mismatch: OperationError {
            .syntax(
                json,
                "Type mismatch: \"\(mutator.rawValue)\" operator may not be applied to column \(name) of type "
                    + "\(column.type.english).")
        }
        switch mutator {
        case .add, .subtract, .multiply, .divide, .modulo:
            let key = column.type.key
            guard column.type.value == nil, key.kind == .integer || key.kind == .real && mutator != .modulo else {
                throw mismatch
            }
            argument = try reader.datum(parts[2], ColumnType(key.unconstrained))
        case .insert, .delete:
            var type = column.type
            guard !type.isScalar else { throw mismatch }
            type.minimum = 0
            guard mutator == .delete else {
                argument = try reader.datum(parts[2], type)
                return
            }
            type.maximum = .max
            do throws(OperationError) {
                argument = try reader.datum(parts[2], type)
            } catch {
                // From a map, keys alone may be deleted.
                guard type.value != nil else { throw error }
                type.value = nil
                argument = try reader.datum(parts[2], type)
            }
        }
    }

    /// The column's value after the change of `datum`.
    ///
    /// - Throws: "domain error", "range error", or "constraint violation".
    func apply(_ datum: Datum) throws(OperationError) -> Datum {
        let result: Datum
        switch mutator {
        case .insert: result = datum.union(argument)
        case .delete: result = datum.subtracting(argument)
        default: return try calculate(datum)
        }
        guard column.type.allows(result.count) else {
            throw .constraint("Attempted to store \(result.count) elements in \(column.type.english).")
        }
        return result
    }

    private func calculate(_ datum: Datum) throws(OperationError) -> Datum {
        var atoms: [Atom] = []
        for atom in datum.keys {
            switch (atom, argument.keys.first) {
            case (.integer(let a), .integer(let b)?): atoms.append(.integer(try calculate(a, b)))
            case (.real(let a), .real(let b)?): atoms.append(.real(try calculate(a, b)))
            default: atoms.append(atom)
            }
        }
        for atom in atoms { try column.type.key.check(atom) }
        let result = Datum(set: atoms)
        guard result.count == atoms.count else {
            throw .constraint("Result of \"\(mutator.rawValue)\" operation contains duplicates.")
        }
        return result
    }

    private func calculate(_ a: Int64, _ b: Int64) throws(OperationError) -> Int64 {
        let (result, isOverflow): (Int64, Bool)
        switch mutator {
        case .add: (result, isOverflow) = a.addingReportingOverflow(b)
        case .subtract: (result, isOverflow) = a.subtractingReportingOverflow(b)
        case .multiply: (result, isOverflow) = a.multipliedReportingOverflow(by: b)
        case .divide, .modulo:
            if b == 0 { throw OperationError("domain error", "Division by zero.") }
            (result, isOverflow) =
                mutator == .divide ? a.dividedReportingOverflow(by: b) : a.remainderReportingOverflow(dividingBy: b)
        case .insert, .delete: return a
        }
        if isOverflow { throw outOfRange }
        return result
    }

    private func calculate(_ a: Double, _ b: Double) throws(OperationError) -> Double {
        let result: Double
        switch mutator {
        case .add: result = a + b
        case .subtract: result = a - b
        case .multiply: result = a * b
        case .divide:
            if b == 0 { throw OperationError("domain error", "Division by zero.") }
            result = a / b
        case .modulo, .insert, .delete: return a
        }
        guard result.isFinite else { throw outOfRange }
        return result
    }

    private var outOfRange: OperationError {
        OperationError("range error", "Result of \"\(mutator.rawValue)\" operation is out of range.")
    }
}
