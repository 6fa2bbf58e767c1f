/// What a database holds: its tables and their columns (RFC 7047 section 3.2, `<database-schema>`).
public struct DatabaseSchema: Hashable, Sendable {
    /// The database's name, as "Open_vSwitch".
    public var name: String
    /// The schema's version, as "8.3.1".
    public var version: String
    /// The schema's checksum as its author wrote it; nil when there is none.
    public var checksum: String?
    /// The tables by name.
    public var tables: [String: TableSchema]

    /// Reads a schema: the reply to `get_schema`, or an `.ovsschema` file.
    ///
    /// - Throws: code ``OVSDBError/Code/schema``.
    public init(json: JSON) throws(OVSDBError) {
        guard let name = json["name"]?.string, let tables = json["tables"]?.object else {
            throw OVSDBError(.schema, "no database schema: \(json.text.prefix(100))")
        }
        self.name = name
        version = json["version"]?.string ?? ""
        checksum = json["cksum"]?.string
        self.tables = [:]
        for (table, json) in tables { self.tables[table] = try TableSchema(name: table, json: json) }
    }
}
