import OVSDB

/// Reads values of requests, with every check that the schema asks for.
struct DatumReader {
    /// The names of rows of the transaction; nil where names are not allowed, as in files.
    let symbols: SymbolTable?

    /// Reads a value of type `type`.
    ///
    /// - Throws: "syntax error" for what is no such value, "constraint violation" for what is not allowed.
    func datum(_ json: JSON, _ type: ColumnType) throws(OperationError) -> Datum {
        if let valueType = type.value { return try map(json, type, valueType) }
        if case .array(let elements) = json, elements.first == .string("set") {
            let elements = try unwrap(json, "set")
            try checkCount(elements.count, type, json, "set")
            if elements.isEmpty { return .empty }
            var atoms: [Atom] = []
            atoms.reserveCapacity(elements.count)
            for element in elements { atoms.append(try atom(element, type.key)) }
            let datum = Datum(set: atoms)
            if datum.count < atoms.count { throw OperationError("ovsdb error", "set contains duplicate") }
            return datum
        }
        return Datum(sortedKeys: [try atom(json, type.key)], values: nil)
    }

    private func map(_ json: JSON, _ type: ColumnType, _ valueType: BaseType) throws(OperationError) -> Datum {
        let elements = try unwrap(json, "map")
        try checkCount(elements.count, type, json, "map")
        if elements.isEmpty { return .emptyMap }
        var (keys, values): ([Atom], [Atom]) = ([], [])
        keys.reserveCapacity(elements.count)
        values.reserveCapacity(elements.count)
        for element in elements {
            guard case .array(let pair) = element, pair.count == 2 else {
                throw .syntax(element, "expected 2-element array")
            }
            keys.append(try atom(pair[0], type.key))
            values.append(try atom(pair[1], valueType))
        }
        let datum = Datum(mapOf: keys, to: values)
        if datum.count < keys.count { throw OperationError("ovsdb error", "map contains duplicate key") }
        return datum
    }

    private func checkCount(
        _ count: Int, _ type: ColumnType, _ json: JSON, _ kind: String
    ) throws(OperationError) {
        if type.allows(count) { return }
        throw .syntax(
            json,
            type.minimum == 1 && type.maximum == 1
                ? "\(kind) must have exactly one member but \(count) are present"
                : "\(kind) must have \(type.minimum) to \(type.maximumText) members but \(count) are present")
    }

    /// Reads one atom of type `type`.
    func atom(_ json: JSON, _ type: BaseType) throws(OperationError) -> Atom {
        let atom = try plainAtom(json, type.kind)
        try type.check(atom)
        return atom
    }

    private func plainAtom(_ json: JSON, _ kind: Atom.Kind) throws(OperationError) -> Atom {
        switch (kind, json) {
        case (.integer, .integer(let number)): return .integer(number)
        case (.real, .integer(let number)): return .real(Double(number))
        case (.real, .real(let number)): return .real(number)
        case (.boolean, .boolean(let value)): return .boolean(value)
        case (.string, .string(let text)): return .string(text)
        case (.uuid, _): return .uuid(try uuid(json))
        default: throw .syntax(json, "expected \(kind.rawValue)")
        }
    }

    private func uuid(_ json: JSON) throws(OperationError) -> UUIDValue {
        if case .array(let pair) = json, pair.count == 2, case .string(let tag) = pair[0],
            case .string(let text) = pair[1]
        {
            if tag == "uuid" {
                guard let uuid = UUIDValue(text) else { throw .syntax(json, "\"\(text)\" is not a valid UUID") }
                return uuid
            }
            if tag == "named-uuid", let symbols {
                guard MemberReader.isID(text) else {
                    throw .syntax(json, "named-uuid string is not a valid <id>")
                }
                return symbols.uuid(text)
            }
        }
        throw .syntax(json, "expected [\"uuid\", <string>]")
    }

    private func unwrap(_ json: JSON, _ tag: String) throws(OperationError) -> [JSON] {
        guard case .array(let pair) = json, pair.count == 2, pair[0] == .string(tag), case .array(let inner) = pair[1]
        else { throw .syntax(json, "expected [\"\(tag)\", <array>]") }
        return inner
    }
}
