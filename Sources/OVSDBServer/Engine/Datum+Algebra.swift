import OVSDB

/// Sets and maps as wholes. Everything is linear in the sizes, keys being sorted.
extension Datum {
    /// Whether every element of this is one of `other` too; of a map, with the same value.
    func isContained(in other: Datum) -> Bool {
        if count > other.count { return false }
        for (index, key) in keys.enumerated() {
            guard let there = other.index(of: key) else { return false }
            if let values, let others = other.values, values[index] != others[there] { return false }
        }
        return true
    }

    /// Whether no element of this is one of `other`; of a map, with the same value.
    func isDisjoint(with other: Datum) -> Bool {
        for (index, key) in keys.enumerated() {
            guard let there = other.index(of: key) else { continue }
            if let values, let others = other.values {
                if values[index] == others[there] { return false }
            } else {
                return false
            }
        }
        return true
    }

    /// This with the elements of `other` whose keys it lacks.
    func union(_ other: Datum) -> Datum {
        merge(other) { here, there in here ?? there }
    }

    /// This without the elements of `other`; in a map, only pairs with the same value go, unless `other` is a set of
    /// keys.
    func subtracting(_ other: Datum) -> Datum {
        if isEmpty || other.isEmpty { return self }
        let comparesValues = values != nil && other.values != nil
        return merge(other) { here, there in
            guard let here, let there else { return here }
            return comparesValues && here.value != there.value ? here : nil
        }
    }

    /// What `update2` and the file tell of the change from this to `other`: elements of only one of the two, and pairs
    /// of `other` whose value differs. See ``applying(_:type:)`` for the way back.
    func difference(to other: Datum) -> Datum {
        merge(other) { here, there in
            guard let here, let there else { return here ?? there }
            return here.value == there.value ? nil : there
        }
    }

    /// The elements of `other` that this lacks, pairs of another value included.
    func added(in other: Datum) -> Datum {
        merge(other) { here, there in
            guard let here, let there else { return there }
            return here.value == there.value ? nil : there
        }
    }

    /// An element of a set, or a pair of a map.
    struct Element {
        let key: Atom
        let value: Atom?
    }

    /// Walks both in the order of keys; `choose` gets what each has at a key and says what the result has.
    func merge(_ other: Datum, _ choose: (Element?, Element?) -> Element?) -> Datum {
        var keys: [Atom] = []
        let isMap = values != nil || other.values != nil
        var values: [Atom]? = isMap ? [] : nil
        func append(_ element: Element?) {
            guard let element else { return }
            keys.append(element.key)
            if let value = element.value { values?.append(value) }
        }
        var (i, j) = (0, 0)
        while i < self.keys.count || j < other.keys.count {
            if j == other.keys.count || i < self.keys.count && self.keys[i] < other.keys[j] {
                append(choose(element(i), nil))
                i += 1
            } else if i == self.keys.count || other.keys[j] < self.keys[i] {
                append(choose(nil, other.element(j)))
                j += 1
            } else {
                append(choose(element(i), other.element(j)))
                i += 1
                j += 1
            }
        }
        return Datum(sortedKeys: keys, values: values)
    }

    private func element(_ index: Int) -> Element { Element(key: keys[index], value: values?[index]) }

    /// This without the elements for which `isKept` is false.
    func filtered(_ isKept: (Atom, Atom?) -> Bool) -> Datum {
        var keys: [Atom] = []
        var values: [Atom]? = self.values == nil ? nil : []
        for (index, key) in self.keys.enumerated() where isKept(key, self.values?[index]) {
            keys.append(key)
            if let value = self.values?[index] { values?.append(value) }
        }
        return Datum(sortedKeys: keys, values: values)
    }

    /// Orders by size first, then by keys, then by values, as sorted results of `select` are.
    func precedes(_ other: Datum) -> Bool? {
        if count != other.count { return count < other.count }
        for (a, b) in zip(keys, other.keys) where a != b { return a < b }
        for (a, b) in zip(values ?? [], other.values ?? []) where a != b { return a < b }
        return nil
    }
}
