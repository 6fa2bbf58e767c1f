/// A JSON value (RFC 8259) as OVSDB uses it.
///
/// Numbers without a fraction that fit 64 bits are `integer`, exactly; every other number is `real`. The order of an
/// object's members does not count, and of two members with one name the later counts, as in OVS.
public enum JSON: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case real(Double)
    case string(String)
    case array([JSON])
    case object(Members)
}

extension JSON {
    /// The elements of an array; nil for anything else.
    public var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members of an object; nil for anything else.
    public var object: Members? { if case .object(let members) = self { members } else { nil } }

    /// The text of a string; nil for anything else.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The number of an `integer`; nil for anything else.
    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// A truth value; nil for anything else.
    public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

    /// A number of either kind; nil for anything else.
    public var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        default: nil
        }
    }

    /// A member of an object; nil when there is none or this is no object.
    public subscript(_ name: String) -> JSON? { object?[name] }

    /// What kind of value this is, for messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer, .real: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Members(elements.lazy.map { (key: $0, value: $1) }))
    }
}
