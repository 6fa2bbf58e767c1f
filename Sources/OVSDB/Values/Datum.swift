/// The value of one column in one row: a set of atoms or a map between atoms (RFC 7047 section 5.1, `<value>`).
///
/// A scalar is a set of one, an optional value a set of none or one. Keys are sorted and occur once, so that equal
/// contents are equal values. An empty set equals an empty map, though the two differ on the wire.
public struct Datum: Sendable {
    /// The elements of a set or the keys of a map, ascending.
    public private(set) var keys: [Atom]
    /// The values of a map, each at its key's index; nil for a set.
    public private(set) var values: [Atom]?

    /// The empty set, or an absent optional value.
    public static let empty = Datum(sortedKeys: [], values: nil)
    /// The empty map: what a map column is set to when everything is removed.
    public static let emptyMap = Datum(sortedKeys: [], values: [])

    /// A value whose keys the caller knows to be ascending and to occur once; `values` is nil for a set.
    package init(sortedKeys: [Atom], values: [Atom]?) {
        keys = sortedKeys
        self.values = values
    }

    /// A scalar.
    public init(_ atom: Atom) {
        self.init(sortedKeys: [atom], values: nil)
    }

    /// A set; elements may repeat and come in any order.
    public init(set atoms: some Sequence<Atom>) {
        var keys = Array(atoms)
        if !Self.isStrictlyAscending(keys) {
            keys.sort()
            var unique: [Atom] = []
            unique.reserveCapacity(keys.count)
            for key in keys where unique.last != key { unique.append(key) }
            keys = unique
        }
        self.init(sortedKeys: keys, values: nil)
    }

    /// A map; of pairs with one key the last counts.
    public init(map pairs: some Sequence<(Atom, Atom)>) {
        let pairs = Array(pairs)
        self.init(mapOf: pairs.map(\.0), to: pairs.map(\.1))
    }

    /// A map of each key to the value at its place; of pairs with one key the last counts.
    package init(mapOf keys: [Atom], to values: [Atom]) {
        if Self.isStrictlyAscending(keys) {
            self.init(sortedKeys: keys, values: values)
            return
        }
        let sorted = Dictionary(zip(keys, values), uniquingKeysWith: { $1 }).sorted { $0.key < $1.key }
        self.init(sortedKeys: sorted.map(\.key), values: sorted.map(\.value))
    }

    /// Whether there is no element.
    public var isEmpty: Bool { keys.isEmpty }
    /// The number of elements or pairs.
    public var count: Int { keys.count }

    /// The index of `key`. O(log n).
    public func index(of key: Atom) -> Int? {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < keys.count && keys[low] == key ? low : nil
    }

    private static func isStrictlyAscending(_ atoms: [Atom]) -> Bool {
        for index in atoms.indices.dropFirst() where !(atoms[index - 1] < atoms[index]) { return false }
        return true
    }
}

extension Datum: Hashable {
    public static func == (a: Datum, b: Datum) -> Bool {
        a.keys == b.keys && (a.keys.isEmpty || a.values == b.values)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(keys)
        if !keys.isEmpty { hasher.combine(values) }
    }
}

extension Datum: CustomStringConvertible {
    /// The wire form, for messages.
    public var description: String { json.text }
}
