/// Types as Swift code declares them.
extension BaseType {
    /// An integer of these.
    public static func integer(_ range: ClosedRange<Int64>) -> BaseType {
        var type = BaseType(.integer)
        type.minimumInteger = range.lowerBound
        type.maximumInteger = range.upperBound
        return type
    }

    /// An integer that is not less.
    public static func integer(atLeast minimum: Int64) -> BaseType {
        var type = BaseType(.integer)
        type.minimumInteger = minimum
        return type
    }

    /// One of these integers.
    public static func integer(oneOf values: Int64...) -> BaseType {
        var type = BaseType(.integer)
        type.enumeration = values.sorted().map(Atom.integer)
        return type
    }

    /// One of these strings.
    public static func string(oneOf values: String...) -> BaseType {
        var type = BaseType(.string)
        type.enumeration = values.map(Atom.string).sorted()
        return type
    }
}
