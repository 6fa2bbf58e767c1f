/// What an operation of a committed transaction did.
public enum OperationResult: Hashable, Sendable {
    /// The row that an `insert` made.
    case inserted(UUIDValue)
    /// How many rows an `update`, `mutate` or `delete` met.
    case count(Int)
    /// The rows that a `select` found, with `_uuid` unless other columns were named.
    case rows([Row])
    /// The others have nothing to tell.
    case done

    /// Reads the reply to a transaction.
    ///
    /// - Parameter schema: the types of the columns that a `select` reads.
    /// - Throws: ``OVSDBError/Code/refused(error:)`` when an operation, or the whole at commit, was refused;
    ///   ``OVSDBError/Code/protocolViolation`` when the reply does not fit the operations.
    static func decode(
        _ reply: JSON, of operations: [Operation], schema: DatabaseSchema?
    ) throws(OVSDBError) -> [OperationResult] {
        guard let replies = reply.array else {
            throw OVSDBError(.protocolViolation, "transaction reply is no array: \(reply.text.prefix(200))")
        }
        // The refusal of the commit as a whole comes as one more element; operations after a failed one are null.
        for (index, reply) in replies.enumerated() {
            guard let error = reply["error"]?.string else { continue }
            let object = operations.indices.contains(index) ? operations[index].json.text : "commit"
            let details = reply["details"]?.string.map { ": \($0)" } ?? ""
            throw OVSDBError(.refused(error: error), "\(error)\(details) (in \(object.prefix(400)))")
        }
        guard replies.count >= operations.count else {
            throw OVSDBError(.protocolViolation, "\(replies.count) results for \(operations.count) operations")
        }
        var results: [OperationResult] = []
        results.reserveCapacity(operations.count)
        for (operation, reply) in zip(operations, replies) {
            results.append(try result(reply, of: operation, schema: schema))
        }
        return results
    }

    private static func result(
        _ reply: JSON, of operation: Operation, schema: DatabaseSchema?
    ) throws(OVSDBError) -> OperationResult {
        switch operation {
        case .insert:
            guard let json = reply["uuid"], case .uuid(let uuid)? = try? Atom(json: json, kind: .uuid) else { break }
            return .inserted(uuid)
        case .update, .mutate, .delete:
            guard let count = reply["count"]?.integer else { break }
            return .count(Int(count))
        case .select(let table, _, _):
            guard let rows = reply["rows"]?.array, let schema = schema?.tables[table] else { break }
            var result: [Row] = []
            for row in rows { result.append(try schema.row(json: row)) }
            return .rows(result)
        case .wait, .commit, .abort, .comment, .assert: return .done
        }
        throw OVSDBError(.protocolViolation, "unexpected result \(reply.text.prefix(200))")
    }
}
