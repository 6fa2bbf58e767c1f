/// The type of a column: what its elements are and how many there may be (RFC 7047 section 3.2, `<type>`).
public struct ColumnType: Hashable, Sendable {
    /// The type of the elements, or of a map's keys.
    public var key: BaseType
    /// The type of a map's values; nil for sets.
    public var value: BaseType?
    /// The least number of elements: 0 or 1.
    public var minimum: Int
    /// The greatest number of elements; `Int.max` stands for "unlimited".
    public var maximum: Int

    /// A column of `minimum` to `maximum` elements; a scalar unless said otherwise.
    public init(_ key: BaseType, value: BaseType? = nil, minimum: Int = 1, maximum: Int = 1) {
        self.key = key
        self.value = value
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Reads a type from a schema.
    ///
    /// - Throws: code ``OVSDBError/Code/schema``.
    public init(json: JSON) throws(OVSDBError) {
        guard json.object != nil else {
            self.init(try BaseType(json: json))
            return
        }
        guard let key = json["key"] else { throw OVSDBError(.schema, "type without key: \(json.text.prefix(100))") }
        self.init(try BaseType(json: key))
        if let value = json["value"] { self.value = try BaseType(json: value) }
        if let number = json["min"] {
            guard let minimum = number.integer, 0...1 ~= minimum else { throw OVSDBError(.schema, "bad min") }
            self.minimum = Int(minimum)
        }
        switch json["max"] {
        case nil: break
        case .string("unlimited"): maximum = .max
        case .integer(let number) where number >= 1: maximum = Int(number)
        default: throw OVSDBError(.schema, "bad max")
        }
    }

    /// Whether there is always exactly one element.
    public var isScalar: Bool { minimum == 1 && maximum == 1 && value == nil }
    /// Whether there is one element or none.
    public var isOptional: Bool { minimum == 0 && maximum == 1 && value == nil }

    /// What the column holds in a row for which nobody gave a value (RFC 7047 section 5.2.1).
    public var defaultDatum: Datum {
        if minimum == 0 { return value == nil ? .empty : .emptyMap }
        return Datum(sortedKeys: [key.kind.defaultAtom], values: value.map { [$0.kind.defaultAtom] })
    }
}
