import OVSDB

/// The rules that a schema sets for single values. References are looked after when a transaction ends.
extension BaseType {
    /// - Throws: "constraint violation" when `atom` is not allowed.
    func check(_ atom: Atom) throws(OperationError) {
        if let enumeration, !enumeration.contains(atom) {
            let allowed = Datum(set: enumeration).commandText(ColumnType(BaseType(kind), maximum: .max))
            throw .constraint("\(atom.commandText) is not one of the allowed values (\(allowed))")
        }
        switch atom {
        case .integer(let number):
            let low = minimumInteger ?? .min
            let high = maximumInteger ?? .max
            if low...max(low, high) ~= number { return }
            throw Self.range(
                String(number), minimumInteger == nil ? nil : String(low), maximumInteger == nil ? nil : String(high))
        case .real(let number):
            if number >= minimumReal ?? -.infinity, number <= maximumReal ?? .infinity { return }
            throw Self.range(Atom.short(number), minimumReal.map(Atom.short), maximumReal.map(Atom.short))
        case .string(let text):
            guard minimumLength != nil || maximumLength != nil else { return }
            let length = Int64(text.unicodeScalars.count)
            if let minimumLength, length < minimumLength {
                throw .constraint(
                    "\"\(text)\" length \(length) is less than minimum allowed length \(minimumLength)")
            }
            if let maximumLength, length > maximumLength {
                throw .constraint(
                    "\"\(text)\" length \(length) is greater than maximum allowed length \(maximumLength)")
            }
        case .boolean, .uuid, .named: return
        }
    }

    private static func range(_ number: String, _ low: String?, _ high: String?) -> OperationError {
        switch (low, high) {
        case (let low?, let high?): .constraint("\(number) is not in the valid range \(low) to \(high) (inclusive)")
        case (let low?, nil): .constraint("\(number) is less than minimum allowed value \(low)")
        default: .constraint("\(number) is greater than maximum allowed value \(high ?? "")")
        }
    }

    /// The same kind of atom, anything allowed.
    var unconstrained: BaseType {
        var type = BaseType(kind)
        type.referencedTable = referencedTable
        type.reference = reference
        return type
    }

    /// Whether a value keeps the row alive that it names.
    var isStrongReference: Bool { kind == .uuid && referencedTable != nil && reference == .strong }
    /// Whether a value goes when the row goes that it names.
    var isWeakReference: Bool { kind == .uuid && referencedTable != nil && reference == .weak }
}

extension ColumnType {
    /// - Throws: "constraint violation" when an element of `datum` is not allowed.
    func check(_ datum: Datum) throws(OperationError) {
        for atom in datum.keys { try key.check(atom) }
        if let value { for atom in datum.values ?? [] { try value.check(atom) } }
    }

    /// Whether `count` elements are as many as there may be.
    func allows(_ count: Int) -> Bool { count >= minimum && count <= maximum }
}
