/// Values from Swift's own types.
extension Datum {
    /// A string.
    public static func string(_ value: String) -> Datum { Datum(.string(value)) }
    /// An integer.
    public static func integer(_ value: Int64) -> Datum { Datum(.integer(value)) }
    /// A truth value.
    public static func boolean(_ value: Bool) -> Datum { Datum(.boolean(value)) }
    /// A real number.
    public static func real(_ value: Double) -> Datum { Datum(.real(value)) }
    /// A reference to a row.
    public static func uuid(_ value: UUIDValue) -> Datum { Datum(.uuid(value)) }
    /// A reference to a row that the same transaction inserts under `name`.
    public static func named(_ name: String) -> Datum { Datum(.named(name)) }

    /// A string or nothing.
    public static func optional(_ value: String?) -> Datum { value.map(string) ?? .empty }
    /// An integer or nothing.
    public static func optional(_ value: Int64?) -> Datum { value.map(integer) ?? .empty }
    /// A truth value or nothing.
    public static func optional(_ value: Bool?) -> Datum { value.map(boolean) ?? .empty }
    /// A reference or nothing.
    public static func optional(_ value: UUIDValue?) -> Datum { value.map(uuid) ?? .empty }

    /// A set of strings.
    public static func strings(_ values: some Sequence<String>) -> Datum { Datum(set: values.map(Atom.string)) }
    /// A set of integers.
    public static func integers(_ values: some Sequence<Int64>) -> Datum { Datum(set: values.map(Atom.integer)) }
    /// A set of references.
    public static func uuids(_ values: some Sequence<UUIDValue>) -> Datum { Datum(set: values.map(Atom.uuid)) }

    /// A map from strings to strings.
    public static func map(_ values: [String: String]) -> Datum {
        Datum(map: values.map { (.string($0.key), .string($0.value)) })
    }

    /// A map from strings to integers, as `Interface.statistics`.
    public static func map(_ values: [String: Int64]) -> Datum {
        Datum(map: values.map { (.string($0.key), .integer($0.value)) })
    }

    /// A map from strings to references, as `Open_vSwitch.datapaths`.
    public static func map(_ values: [String: UUIDValue]) -> Datum {
        Datum(map: values.map { (.string($0.key), .uuid($0.value)) })
    }
}
