/// One value of a base type (RFC 7047 section 5.1, `<atom>`).
public enum Atom: Hashable, Comparable, Sendable {
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
    case string(String)
    case uuid(UUIDValue)
    /// A row that the same transaction inserts under this name; only in requests (`<named-uuid>`).
    case named(String)

    /// The base types of RFC 7047 section 3.2, by the names that schemas use.
    public enum Kind: String, Hashable, Sendable {
        case integer, real, boolean, string, uuid

        /// The value that a column of this type has when nobody gave one.
        public var defaultAtom: Atom {
            switch self {
            case .integer: .integer(0)
            case .real: .real(0)
            case .boolean: .boolean(false)
            case .string: .string("")
            case .uuid: .uuid(.zero)
            }
        }
    }

    /// Reads an atom of type `kind` from the wire; a named UUID is accepted where a UUID is expected.
    ///
    /// - Throws: code ``OVSDBError/Code/type``.
    public init(json: JSON, kind: Kind) throws(OVSDBError) {
        switch (kind, json) {
        case (.integer, .integer(let number)): self = .integer(number)
        case (.real, .integer(let number)): self = .real(Double(number))
        case (.real, .real(let number)): self = .real(number)
        case (.boolean, .boolean(let value)): self = .boolean(value)
        case (.string, .string(let text)): self = .string(text)
        case (.uuid, .array(let pair)):
            guard pair.count == 2, let tag = pair[0].string, let text = pair[1].string else { fallthrough }
            if tag == "uuid", let uuid = UUIDValue(text) {
                self = .uuid(uuid)
            } else if tag == "named-uuid" {
                self = .named(text)
            } else {
                fallthrough
            }
        default: throw OVSDBError(.type, "expected \(kind.rawValue), met \(json.text.prefix(100))")
        }
    }

    /// The atom as it goes over the wire.
    public var json: JSON {
        switch self {
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .boolean(let value): .boolean(value)
        case .string(let text): .string(text)
        case .uuid(let uuid): .array([.string("uuid"), .string(uuid.description)])
        case .named(let name): .array([.string("named-uuid"), .string(name)])
        }
    }

    /// Appends the text of ``json`` to `bytes`.
    func write(to bytes: inout [UInt8]) {
        switch self {
        case .string(let text): JSON.write(text, to: &bytes)
        case .uuid(let uuid):
            bytes += "[\"uuid\",\"".utf8
            uuid.write(to: &bytes)
            bytes += "\"]".utf8
        default: json.write(to: &bytes)
        }
    }

    // Strings are compared as bytes: to Swift, texts that differ only in Unicode normalisation are equal, to OVSDB not.
    public static func == (a: Atom, b: Atom) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a == b
        case (.real(let a), .real(let b)): a == b
        case (.boolean(let a), .boolean(let b)): a == b
        case (.string(let a), .string(let b)): a == b && a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8)
        case (.uuid(let a), .uuid(let b)): a == b
        case (.named(let a), .named(let b)): a == b
        default: false
        }
    }

    /// Orders atoms of one type; of different types, by type.
    public static func < (a: Atom, b: Atom) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b
        case (.real(let a), .real(let b)): a < b
        case (.boolean(let a), .boolean(let b)): !a && b
        case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.uuid(let a), .uuid(let b)): a < b
        case (.named(let a), .named(let b)): a < b
        default: a.rank < b.rank
        }
    }

    private var rank: Int {
        switch self {
        case .integer: 0
        case .real: 1
        case .boolean: 2
        case .string: 3
        case .uuid: 4
        case .named: 5
        }
    }
}
