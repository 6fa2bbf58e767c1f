/// A column that Swift code knows: its name, its rules, and the Swift type of its values.
package struct Column<Value: ColumnValue>: Sendable {
    /// What applies to a column beside its type.
    package enum Trait: Sendable {
        /// Its value is given with the row and stays.
        case fixed
        /// Its value does not outlive the server.
        case ephemeral
    }

    /// The declaration.
    package let schema: ColumnSchema

    /// The column `name` whose elements are of type `key`, those of a map pairs with `value`; any values unless given.
    ///
    /// - Parameter count: how many elements a set may have.
    package init(
        _ name: String, of key: BaseType? = nil, to value: BaseType? = nil, count: ClosedRange<Int>? = nil,
        is trait: Trait? = nil
    ) {
        var type = Value.columnType(key, value)
        if let count { (type.minimum, type.maximum) = (count.lowerBound, count.upperBound) }
        schema = ColumnSchema(name: name, type: type, isMutable: trait != .fixed, isEphemeral: trait == .ephemeral)
    }

    /// The column's name.
    package var name: String { schema.name }
}

/// A column of any type of values.
package protocol AnyColumn {
    /// The declaration.
    var schema: ColumnSchema { get }
}

extension Column: AnyColumn {}
