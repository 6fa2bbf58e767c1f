import OVSDB

/// An argument like "column:key=value", taken apart.
struct ColumnArgument {
    /// The column meant.
    let column: ColumnSchema
    /// What stands behind the colon.
    let key: String?
    /// The operator found; nil when none was wanted.
    let relation: String?
    /// What stands behind the operator.
    let value: String

    /// Takes `text` apart, whose column is one of `table`.
    ///
    /// - Parameter relations: the operators of which one must follow; none when nothing may follow.
    init(_ text: String, _ table: TableSchema, relations: [String]) throws {
        var tokens = TokenReader(text)
        column = try Self.column(&tokens, text, table)
        if tokens.next == UInt8(ascii: ":") {
            tokens.advance()
            key = try tokens.token()
        } else {
            key = nil
        }
        let rest = tokens.rest
        guard !relations.isEmpty else {
            guard rest.isEmpty else { throw CommandError("\(text): trailing garbage \"\(rest)\" in argument") }
            relation = nil
            value = ""
            return
        }
        let fitting = relations.filter { rest.hasPrefix($0) && rest.utf8.count > $0.utf8.count }
        guard let found = fitting.max(by: { $0.utf8.count < $1.utf8.count }) else {
            throw Self.missingOperator(text, relations)
        }
        relation = found
        value = String(rest.dropFirst(found.count))
    }

    /// The column that `text` begins with.
    static func column(_ text: String, _ table: TableSchema) throws -> ColumnSchema {
        var tokens = TokenReader(text)
        return try column(&tokens, text, table)
    }

    private static func column(_ tokens: inout TokenReader, _ text: String, _ table: TableSchema) throws -> ColumnSchema
    {
        let name = try tokens.token()
        guard !name.isEmpty else { throw CommandError("\(text): missing column name") }
        return try table.column(named: name)
    }

    private static func missingOperator(_ text: String, _ relations: [String]) -> CommandError {
        let quoted = relations.map { "\"\($0)\"" }
        let list =
            switch quoted.count {
            case 1: quoted[0]
            case 2: quoted.joined(separator: " or ")
            default: quoted.dropLast().joined(separator: ", ") + ", or " + (quoted.last ?? "")
            }
        return CommandError("\(text): argument does not end in \(list) followed by a value.")
    }
}
