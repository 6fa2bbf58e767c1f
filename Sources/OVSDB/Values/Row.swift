/// The columns of one row that somebody asked for.
public struct Row: Hashable, Sendable {
    /// The values by column.
    public var columns: [String: Datum]

    /// A row with these values.
    public init(_ columns: [String: Datum] = [:]) {
        self.columns = columns
    }

    /// A column's value; ``Datum/empty`` when the row does not have the column.
    public subscript(_ column: String) -> Datum {
        get { columns[column] ?? .empty }
        set { columns[column] = newValue }
    }
}
