/// Columns as Swift code declares them.
extension ColumnSchema {
    /// What applies to a column beside its type.
    public enum Trait: Sendable {
        /// Its value is given with the row and stays.
        case fixed
        /// Its value does not outlive the server.
        case ephemeral
    }

    /// The column `name` of type `type`.
    public static func column(_ name: String, _ type: ColumnType, _ traits: Trait...) -> ColumnSchema {
        var column = ColumnSchema(name: name, type: type)
        for trait in traits {
            switch trait {
            case .fixed: column.isMutable = false
            case .ephemeral: column.isEphemeral = true
            }
        }
        return column
    }
}

extension ColumnType {
    /// Exactly one value.
    public static func one(_ type: BaseType) -> ColumnType { ColumnType(type) }
    /// One value or none.
    public static func optional(_ type: BaseType) -> ColumnType { ColumnType(type, minimum: 0) }
    /// Any number of values, or as many as there may be.
    public static func set(_ type: BaseType, _ count: ClosedRange<Int> = 0...Int.max) -> ColumnType {
        ColumnType(type, minimum: count.lowerBound, maximum: count.upperBound)
    }
    /// Any number of pairs.
    public static func map(_ key: BaseType, _ value: BaseType) -> ColumnType {
        ColumnType(key, value: value, minimum: 0, maximum: .max)
    }
}

extension BaseType {
    /// Any integer.
    public static var integer: BaseType { BaseType(.integer) }
    /// Any real number.
    public static var real: BaseType { BaseType(.real) }
    /// A truth value.
    public static var boolean: BaseType { BaseType(.boolean) }
    /// Any string.
    public static var string: BaseType { BaseType(.string) }
    /// Any UUID.
    public static var uuid: BaseType { BaseType(.uuid) }

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

    /// A row of a table, which lives as long as somebody refers to it.
    public static func row(_ table: String) -> BaseType {
        var type = BaseType(.uuid)
        type.referencedTable = table
        return type
    }

    /// A row of a table, forgotten when the row goes.
    public static func weakRow(_ table: String) -> BaseType {
        var type = row(table)
        type.reference = .weak
        return type
    }
}
