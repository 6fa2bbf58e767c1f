import OVSDB

/// A column of a table as operations find it by its name.
public final class TableColumn: Sendable {
    /// Where the value is kept. The columns that every table has are not kept as values.
    public enum Place: Hashable, Sendable {
        case uuid
        case version
        /// At this index of ``StoredRow/values``.
        case value(Int)
    }

    /// The column's name.
    public let name: String
    /// What it holds.
    public let type: ColumnType
    /// Whether it may change after its row's insertion.
    public let isMutable: Bool
    /// Whether it is left out of the file.
    public let isEphemeral: Bool
    /// Where it is in a row.
    public let place: Place

    init(name: String, type: ColumnType, isMutable: Bool, isEphemeral: Bool, place: Place) {
        self.name = name
        self.type = type
        self.isMutable = isMutable
        self.isEphemeral = isEphemeral
        self.place = place
    }

    /// The column's value in `row`, whose UUID is `uuid`.
    public func datum(_ uuid: UUIDValue, _ row: StoredRow) -> Datum {
        switch place {
        case .uuid: .uuid(uuid)
        case .version: .uuid(row.version)
        case .value(let index): row.values[index]
        }
    }
}
