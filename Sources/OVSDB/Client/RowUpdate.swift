/// What a monitor told about one row, decoded and not yet applied.
struct RowUpdate: Sendable {
    enum Action: Sendable {
        /// The row is now exactly this (`initial`, `insert`, or `new` of RFC 7047 section 4.1.6).
        case put(Row)
        /// These columns of the row are now this, the others as they were (`new` after a modification).
        case merge(Row)
        /// The row changed by these differences (`modify`).
        case modify(Row)
        /// The row is gone.
        case delete
    }

    let table: String
    let uuid: UUIDValue
    let action: Action

    /// Reads `<table-updates>` of RFC 7047 section 4.1.6 (`update`, the reply to `monitor`).
    static func decode(
        updates json: JSON, schema: DatabaseSchema
    ) throws(OVSDBError) -> [RowUpdate] {
        try rows(json, schema) { table, _, update throws(OVSDBError) in
            if let new = update["new"], new != .null {
                let row = try table.row(json: new)
                return update["old"] == nil ? .put(row) : .merge(row)
            }
            guard update["old"] != nil else { throw bad(update) }
            return .delete
        }
    }

    /// Reads `<table-updates2>` of ovsdb-server(7) section 4.1.14 (`update2`, `update3`, the replies to `monitor_cond`
    /// and `monitor_cond_since`). Columns with their default values are left out there; they are put in here.
    static func decode(
        updates2 json: JSON, schema: DatabaseSchema, columns: [String: [String]]
    ) throws(OVSDBError) -> [RowUpdate] {
        try rows(json, schema) { table, name, update throws(OVSDBError) in
            if let whole = update["initial"] ?? update["insert"] {
                var row = try table.row(json: whole)
                for column in columns[name] ?? [] where row.columns[column] == nil {
                    row.columns[column] = table.type(of: column)?.defaultDatum
                }
                return .put(row)
            }
            if let difference = update["modify"] { return .modify(try table.row(json: difference)) }
            guard update["delete"] != nil else { throw bad(update) }
            return .delete
        }
    }

    private static func bad(_ update: JSON) -> OVSDBError {
        OVSDBError(.protocolViolation, "bad row update \(update.text.prefix(200))")
    }

    private static func rows(
        _ json: JSON, _ schema: DatabaseSchema,
        _ decode: (TableSchema, String, JSON) throws(OVSDBError) -> Action
    ) throws(OVSDBError) -> [RowUpdate] {
        guard let tables = json.object else { throw bad(json) }
        var result: [RowUpdate] = []
        for (name, rows) in tables {
            guard let table = schema.tables[name], let rows = rows.object else {
                throw OVSDBError(.protocolViolation, "update of unknown table \(name)")
            }
            result.reserveCapacity(result.count + rows.count)
            for (text, update) in rows {
                guard let uuid = UUIDValue(text) else {
                    throw OVSDBError(.protocolViolation, "table \(name): bad row UUID \(text.prefix(100))")
                }
                result.append(RowUpdate(table: name, uuid: uuid, action: try decode(table, name, update)))
            }
        }
        return result
    }
}
