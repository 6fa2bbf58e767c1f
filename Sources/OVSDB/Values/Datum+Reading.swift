/// Swift's own types out of values. Nothing traps: what is absent or of another type reads as nil or empty.
extension Datum {
    /// The string of a scalar or optional.
    public var string: String? { if case .string(let value)? = single { value } else { nil } }
    /// The integer of a scalar or optional.
    public var integer: Int64? { if case .integer(let value)? = single { value } else { nil } }
    /// The truth value of a scalar or optional.
    public var boolean: Bool? { if case .boolean(let value)? = single { value } else { nil } }
    /// The real number of a scalar or optional.
    public var real: Double? { if case .real(let value)? = single { value } else { nil } }
    /// The reference of a scalar or optional.
    public var uuid: UUIDValue? { if case .uuid(let value)? = single { value } else { nil } }

    private var single: Atom? { values == nil && keys.count == 1 ? keys[0] : nil }

    /// The strings of a set, ascending.
    public var strings: [String] {
        values == nil ? keys.compactMap { if case .string(let value) = $0 { value } else { nil } } : []
    }

    /// The integers of a set, ascending.
    public var integers: [Int64] {
        values == nil ? keys.compactMap { if case .integer(let value) = $0 { value } else { nil } } : []
    }

    /// The references of a set, ascending.
    public var uuids: [UUIDValue] {
        values == nil ? keys.compactMap { if case .uuid(let value) = $0 { value } else { nil } } : []
    }

    /// A map from strings to strings.
    public var stringMap: [String: String] {
        pairs { key, value in
            if case .string(let key) = key, case .string(let value) = value { (key, value) } else { nil }
        }
    }

    /// A map from strings to integers.
    public var integerMap: [String: Int64] {
        pairs { key, value in
            if case .string(let key) = key, case .integer(let value) = value { (key, value) } else { nil }
        }
    }

    /// A map from integers to references, as `QoS.queues`.
    public var integerUUIDMap: [Int64: UUIDValue] {
        pairs { key, value in
            if case .integer(let key) = key, case .uuid(let value) = value { (key, value) } else { nil }
        }
    }

    /// The string that a map from strings to strings has at `key`. O(log n).
    public subscript(_ key: String) -> String? {
        guard let values, let index = index(of: .string(key)), case .string(let value) = values[index] else {
            return nil
        }
        return value
    }

    private func pairs<Key: Hashable, Value>(_ read: (Atom, Atom) -> (Key, Value)?) -> [Key: Value] {
        guard let values else { return [:] }
        var result: [Key: Value] = [:]
        result.reserveCapacity(keys.count)
        for (key, value) in zip(keys, values) {
            if let (key, value) = read(key, value) { result[key] = value }
        }
        return result
    }
}
