/// A column of a database, written `db:DATABASE,TABLE,COLUMN` where a word may be looked up instead of given.
public struct ColumnAddress: Hashable, Sendable, CustomStringConvertible {
    /// The database.
    public let database: String
    /// The table.
    public let table: String
    /// The column.
    public let column: String

    /// The column that `text` names; nil for anything else.
    public init?(_ text: String) {
        guard text.hasPrefix("db:") else { return nil }
        let names = text.dropFirst(3).split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.count == 3, names.allSatisfy(MemberReader.isID) else { return nil }
        (database, table, column) = (names[0], names[1], names[2])
    }

    public var description: String { "db:\(database),\(table),\(column)" }

    /// The column in a server's databases; nil when there is none.
    @DatabaseActor
    func find(in server: DatabaseServer) -> (database: HostedDatabase, table: Table, column: TableColumn)? {
        guard let hosted = server.databases[database], let found = hosted.database.tablesByName[table],
            let column = found.columnsByName[column]
        else { return nil }
        return (hosted, found, column)
    }

    /// Why ``find(in:)`` finds nothing.
    @DatabaseActor
    func whatIsMissing(in server: DatabaseServer) -> String {
        guard let hosted = server.databases[database] else { return "\"\(self)\": no database named \(database)" }
        guard hosted.database.tablesByName[table] != nil else { return "\"\(self)\": no table named \(table)" }
        return "\"\(self)\": table \"\(table)\" has no column \"\(column)\""
    }
}
