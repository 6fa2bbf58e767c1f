import OVSDB

/// The contents of a database at one moment, which may be read on any thread while the database goes on.
struct DatabaseSnapshot: Sendable {
    struct Contents: Sendable {
        let name: String
        let columns: [TableColumn]
        let defaults: [Datum]
        let rows: [UUIDValue: StoredRow]
    }

    let tables: [Contents]

    /// Copies no row: the tables are shared until they change.
    init(_ database: Database) {
        tables = database.tables.map {
            Contents(name: $0.name, columns: $0.columns, defaults: $0.defaults, rows: $0.rows)
        }
    }
}
