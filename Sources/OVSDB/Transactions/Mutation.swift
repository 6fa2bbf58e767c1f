/// A change of a column that depends on its present value (RFC 7047 section 5.1, `<mutation>`).
public struct Mutation: Hashable, Sendable {
    /// The changes, as they are spelled on the wire.
    public enum Mutator: String, Hashable, Sendable {
        case add = "+="
        case subtract = "-="
        case multiply = "*="
        case divide = "/="
        case modulo = "%="
        case insert
        case delete
    }

    /// The column changed.
    public var column: String
    /// How.
    public var mutator: Mutator
    /// By what.
    public var value: Datum

    /// Changes `column` by `value`.
    public init(_ column: String, _ mutator: Mutator, _ value: Datum) {
        self.column = column
        self.mutator = mutator
        self.value = value
    }

    /// The mutation as it goes over the wire. Elements that come or go are a set even if there is but one, as in OVS: a
    /// server that refuses the mutation quotes it.
    public var json: JSON {
        let isSet = (mutator == .insert || mutator == .delete) && value.values == nil
        let argument: JSON = isSet ? ["set", .array(value.keys.map(\.json))] : value.json
        return .array([.string(column), .string(mutator.rawValue), argument])
    }
}
