/// The type of the keys or values of a column, with its constraints (RFC 7047 section 3.2, `<base-type>`).
public struct BaseType: Hashable, Sendable {
    /// What a reference does to the row that it names.
    public enum Reference: String, Hashable, Sendable {
        /// The row referred to must exist, and lives as long as somebody refers to it.
        case strong
        /// The reference goes when the row goes.
        case weak
    }

    /// The type of the atoms.
    public var kind: Atom.Kind
    /// The only values allowed; nil for any.
    public var enumeration: [Atom]?
    /// The least integer allowed.
    public var minimumInteger: Int64?
    /// The greatest integer allowed.
    public var maximumInteger: Int64?
    /// The least real allowed.
    public var minimumReal: Double?
    /// The greatest real allowed.
    public var maximumReal: Double?
    /// The least number of characters of a string.
    public var minimumLength: Int64?
    /// The greatest number of characters of a string.
    public var maximumLength: Int64?
    /// The table whose rows a UUID names.
    public var referencedTable: String?
    /// How it names them.
    public var reference = Reference.strong

    /// A type without constraints.
    public init(_ kind: Atom.Kind) {
        self.kind = kind
    }

    /// Reads a base type from a schema: a name or an object.
    ///
    /// - Throws: code ``OVSDBError/Code/schema``.
    public init(json: JSON) throws(OVSDBError) {
        let name = json.string ?? json["type"]?.string
        guard let name, let kind = Atom.Kind(rawValue: name) else {
            throw OVSDBError(.schema, "unknown base type \(json.text.prefix(100))")
        }
        self.kind = kind
        guard json.object != nil else { return }
        if let allowed = json["enum"] {
            do {
                enumeration = try Datum(json: allowed, type: ColumnType(BaseType(kind), maximum: .max)).keys
            } catch { throw OVSDBError(.schema, "bad enumeration: \(error)") }
        }
        minimumInteger = json["minInteger"]?.integer
        maximumInteger = json["maxInteger"]?.integer
        minimumReal = json["minReal"]?.number
        maximumReal = json["maxReal"]?.number
        minimumLength = json["minLength"]?.integer
        maximumLength = json["maxLength"]?.integer
        referencedTable = json["refTable"]?.string
        if let text = json["refType"]?.string {
            guard let reference = Reference(rawValue: text) else {
                throw OVSDBError(.schema, "unknown refType \(text)")
            }
            self.reference = reference
        }
    }
}
