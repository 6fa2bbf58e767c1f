import OVSDB

/// Sets and maps put together and taken apart.
extension Datum {
    /// The elements of both; of pairs with one key, this value's.
    func union(_ other: Datum) -> Datum {
        guard let values, let others = other.values else { return Datum(set: keys + other.keys) }
        return Datum(map: Array(zip(other.keys, others)) + Array(zip(keys, values)))
    }

    /// Without the elements, keys, or pairs of `other`; keys go whatever their values when `other` is a set.
    func subtracting(_ other: Datum) -> Datum {
        guard let values else { return Datum(set: keys.filter { other.index(of: $0) == nil }) }
        return Datum(
            map: zip(keys, values).filter { key, value in
                guard let index = other.index(of: key) else { return true }
                return other.values.map { $0[index] != value } ?? false
            })
    }

    /// Whether `other` has every element, or pair, of this value.
    func isSubset(of other: Datum) -> Bool {
        keys.indices.allSatisfy { contains(at: $0, in: other) }
    }

    /// Whether `other` has no element, or pair, of this value.
    func isDisjoint(with other: Datum) -> Bool {
        keys.indices.allSatisfy { !contains(at: $0, in: other) }
    }

    private func contains(at index: Int, in other: Datum) -> Bool {
        guard let found = other.index(of: keys[index]) else { return false }
        guard let values, let others = other.values else { return true }
        return others[found] == values[index]
    }

    /// Whether this value comes before, after or level with `other`: by size, then by keys, then by values.
    func compare(_ other: Datum) -> Int {
        if count != other.count { return count < other.count ? -1 : 1 }
        for (a, b) in zip(keys + (values ?? []), other.keys + (other.values ?? [])) where a != b {
            return a < b ? -1 : 1
        }
        return 0
    }
}
