/// Swift's own types out of values, as ``ColumnValue`` reads them. Nothing traps: what is absent or of another type reads
/// as nil or empty.
extension Datum {
    /// The string of a scalar or optional.
    public var string: String? { String?(datum: self) }
    /// The integer of a scalar or optional.
    public var integer: Int64? { Int64?(datum: self) }
    /// The truth value of a scalar or optional.
    public var boolean: Bool? { Bool?(datum: self) }
    /// The reference of a scalar or optional.
    public var uuid: UUIDValue? { UUIDValue?(datum: self) }
    /// The real number of a scalar or optional.
    public var real: Double? { if values == nil, keys.count == 1, case .real(let value) = keys[0] { value } else { nil } }

    /// The strings of a set, ascending.
    public var strings: [String] { .init(datum: self) }
    /// The integers of a set, ascending.
    public var integers: [Int64] { .init(datum: self) }
    /// The references of a set, ascending.
    public var uuids: [UUIDValue] { .init(datum: self) }

    /// A map from strings to strings.
    public var stringMap: [String: String] { .init(datum: self) }
    /// A map from strings to integers.
    public var integerMap: [String: Int64] { .init(datum: self) }
    /// A map from integers to references, as `QoS.queues`.
    public var integerUUIDMap: [Int64: UUIDValue] { .init(datum: self) }

    /// The string that a map from strings to strings has at `key`. O(log n).
    public subscript(_ key: String) -> String? {
        guard let values, let index = index(of: .string(key)), case .string(let value) = values[index] else {
            return nil
        }
        return value
    }
}
