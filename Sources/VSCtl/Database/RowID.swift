import OVSDB

/// A row: its table and its UUID, which for a row not yet in the database is only ours.
struct RowID: Hashable {
    let table: String
    let uuid: UUIDValue
}
