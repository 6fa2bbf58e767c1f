/// A Swift type that says how many elements a column has, and as which its values are read and written: an atom's type
/// for a scalar, an optional, an array for a set, a dictionary for a map.
///
/// Reading never fails: what is absent or of another type reads as nothing.
package protocol ColumnValue: Sendable {
    /// The type of a column of such values whose elements are of these types; nil for any value.
    static func columnType(_ key: BaseType?, _ value: BaseType?) -> ColumnType
    /// Reads a value.
    init(datum: Datum)
    /// The value as a column holds it.
    var datum: Datum { get }
}

extension ColumnValue where Self: AtomValue {
    package static func columnType(_ key: BaseType?, _ value: BaseType?) -> ColumnType {
        ColumnType(key ?? BaseType(kind))
    }
    package init(datum: Datum) { self = Self?(datum: datum) ?? .absent }
    package var datum: Datum { Datum(atom) }
}

extension String: ColumnValue {}
extension Int64: ColumnValue {}
extension Bool: ColumnValue {}
extension UUIDValue: ColumnValue {}

extension Optional: ColumnValue where Wrapped: AtomValue {
    package static func columnType(_ key: BaseType?, _ value: BaseType?) -> ColumnType {
        ColumnType(key ?? BaseType(Wrapped.kind), minimum: 0)
    }
    package init(datum: Datum) {
        self = datum.values == nil && datum.count == 1 ? Wrapped(atom: datum.keys[0]) : nil
    }
    package var datum: Datum { map { Datum($0.atom) } ?? .empty }
}

extension Array: ColumnValue where Element: AtomValue {
    package static func columnType(_ key: BaseType?, _ value: BaseType?) -> ColumnType {
        ColumnType(key ?? BaseType(Element.kind), minimum: 0, maximum: .max)
    }
    /// The elements ascending.
    package init(datum: Datum) { self = datum.values == nil ? datum.keys.compactMap(Element.init) : [] }
    package var datum: Datum { Datum(set: map(\.atom)) }
}

extension Dictionary: ColumnValue where Key: AtomValue, Value: AtomValue {
    package static func columnType(_ key: BaseType?, _ value: BaseType?) -> ColumnType {
        ColumnType(
            key ?? BaseType(Key.kind), value: value ?? BaseType(Value.kind), minimum: 0, maximum: .max)
    }
    package init(datum: Datum) {
        self.init(minimumCapacity: datum.count)
        for (key, value) in zip(datum.keys, datum.values ?? []) {
            if let key = Key(atom: key), let value = Value(atom: value) { self[key] = value }
        }
    }
    package var datum: Datum { Datum(map: map { ($0.key.atom, $0.value.atom) }) }
}
