/// One step of a transaction (RFC 7047 section 5.2). Conditions of an operation must all hold; none means every row.
public enum Operation: Hashable, Sendable {
    /// What a `wait` waits for.
    public enum WaitUntil: String, Hashable, Sendable {
        case equal = "=="
        case notEqual = "!="
    }

    /// Adds a row; the other operations refer to it as `named-uuid` by `name` (5.2.1).
    case insert(into: String, row: [String: Datum], name: String? = nil)
    /// Reads rows; without `columns` all of them (5.2.2).
    case select(from: String, where: [Condition], columns: [String]? = nil)
    /// Sets columns (5.2.3).
    case update(String, where: [Condition], row: [String: Datum])
    /// Changes columns by their present values (5.2.4).
    case mutate(String, where: [Condition], mutations: [Mutation])
    /// Removes rows (5.2.5).
    case delete(from: String, where: [Condition])
    /// Goes on when the rows' `columns` are (or are not) `rows`; with a timeout of 0 that must be so at once, nil
    /// waits without end (5.2.6).
    case wait(
        String, where: [Condition], columns: [String], until: WaitUntil, rows: [[String: Datum]],
        timeoutMilliseconds: Int64? = 0)
    /// Asks that the transaction is on disk before its reply (5.2.7).
    case commit(isDurable: Bool)
    /// Undoes the transaction (5.2.8).
    case abort
    /// A line for the database's log (5.2.9).
    case comment(String)
    /// Goes on only if this connection holds the lock (5.2.10).
    case assert(lock: String)

    /// The operation as it goes over the wire.
    public var json: JSON {
        var members: JSON.Members
        switch self {
        case .insert(let table, let row, let name):
            members = ["op": "insert", "table": .string(table), "row": Self.json(row)]
            members["uuid-name"] = name.map(JSON.string)
        case .select(let table, let conditions, let columns):
            members = ["op": "select", "table": .string(table), "where": Self.json(conditions)]
            members["columns"] = columns.map { .array($0.map(JSON.string)) }
        case .update(let table, let conditions, let row):
            members = ["op": "update", "table": .string(table), "where": Self.json(conditions), "row": Self.json(row)]
        case .mutate(let table, let conditions, let mutations):
            members = [
                "op": "mutate", "table": .string(table), "where": Self.json(conditions),
                "mutations": .array(mutations.map(\.json)),
            ]
        case .delete(let table, let conditions):
            members = ["op": "delete", "table": .string(table), "where": Self.json(conditions)]
        case .wait(let table, let conditions, let columns, let until, let rows, let timeout):
            members = [
                "op": "wait", "table": .string(table), "where": Self.json(conditions),
                "columns": .array(columns.map(JSON.string)), "until": .string(until.rawValue),
                "rows": .array(rows.map(Self.json)),
            ]
            members["timeout"] = timeout.map(JSON.integer)
        case .commit(let isDurable): members = ["op": "commit", "durable": .boolean(isDurable)]
        case .abort: members = ["op": "abort"]
        case .comment(let text): members = ["op": "comment", "comment": .string(text)]
        case .assert(let lock): members = ["op": "assert", "lock": .string(lock)]
        }
        return .object(members)
    }

    private static func json(_ row: [String: Datum]) -> JSON { .object(.init(row.mapValues(\.json))) }
    private static func json(_ conditions: [Condition]) -> JSON { .array(conditions.map(\.json)) }
}
