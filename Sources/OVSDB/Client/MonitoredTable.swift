/// A table that a client keeps a copy of, and the columns wanted of it.
public struct MonitoredTable: Hashable, Sendable {
    /// The table's name.
    public var name: String
    /// The columns whose changes are told.
    public var columns: [String]
    /// Columns that are kept too but whose changes alone are not told: those that the client itself writes.
    public var silent: [String]
    /// Whether the client is of no use without the table, so that a database without it is refused. A database that
    /// merely lacks a column is warned of and used.
    public var isRequired: Bool

    /// Asks for `columns` and `silent` of the table `name`.
    public init(_ name: String, columns: [String], silent: [String] = [], isRequired: Bool = true) {
        self.name = name
        self.columns = columns
        self.silent = silent
        self.isRequired = isRequired
    }
}
