/// A test that a row must pass for an operation to apply to it (RFC 7047 section 5.1, `<condition>`).
public struct Condition: Hashable, Sendable {
    /// The comparisons, as they are spelled on the wire.
    public enum Function: String, Hashable, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case includes
        case excludes
    }

    /// The column looked at.
    public var column: String
    /// How it is compared.
    public var function: Function
    /// With what.
    public var value: Datum

    /// Holds for rows whose `column` stands in the relation `function` to `value`.
    public init(_ column: String, _ function: Function, _ value: Datum) {
        self.column = column
        self.function = function
        self.value = value
    }

    /// Holds for the one row `uuid`.
    public static func row(_ uuid: UUIDValue) -> Condition { Condition("_uuid", .equal, .uuid(uuid)) }

    /// The condition as it goes over the wire.
    public var json: JSON { .array([.string(column), .string(function.rawValue), value.json]) }
}
