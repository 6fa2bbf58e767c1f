import OVSDB

/// The rules that a schema sets for single values. References are looked after when a transaction ends.
extension BaseType {
    /// - Throws: "constraint violation" when `atom` is not allowed.
    func check(_ atom: Atom) throws(OperationError) {
        if let violation = violation(of: atom) { throw .constraint(violation) }
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
