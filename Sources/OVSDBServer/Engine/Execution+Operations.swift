import OVSDB

/// The operations of RFC 7047 section 5.2.
extension Execution {
    func insert(_ members: inout MemberReader) throws(OperationError) -> JSON.Members {
        let table = table(&members)
        let chosen = members.take("uuid", .string, isOptional: true)
        let name = members.take("uuid-name", .id, isOptional: true)
        let row = members.take("row", .object)
        try members.check()
        guard let table, let row else { return [:] }
        var uuid: UUIDValue?
        if let chosen {
            uuid = chosen.string.flatMap(UUIDValue.init)
            guard let uuid else { throw .syntax(chosen, "bad uuid") }
            guard transaction.mayInsert(table, uuid) else {
                throw .syntax(
                    chosen,
                    "This UUID would duplicate a UUID already present within the table or deleted within the same "
                        + "transaction.", as: "duplicate uuid")
            }
        }
        if let name {
            uuid = symbols.insert(name.string ?? "", as: uuid)
            if uuid == nil {
                throw .syntax(
                    name, "This \"uuid-name\" appeared on an earlier \"insert\" operation.", as: "duplicate uuid-name")
            }
        }
        var values = table.defaults
        var given: Set<Int> = []
        for (column, datum) in try self.values(row, table) {
            guard case .value(let index) = column.place else { continue }
            values[index] = datum
            given.insert(index)
        }
        for (column, error) in table.badDefaults where !given.contains(column) { throw error }
        let final = uuid ?? transaction.database.makeUUID()
        transaction.insert(table, final, values)
        return ["uuid": Atom.uuid(final).json]
    }

    func select(_ members: inout MemberReader) throws(OperationError) -> JSON.Members {
        let table = table(&members)
        let tests = members.take("where", .array)
        let names = members.take("columns", .array, isOptional: true)
        let order = members.take("sort", .array, isOptional: true)
        try members.check()
        guard let table else { return [:] }
        let condition = try RowCondition(tests?.array ?? [], table, reader)
        let columns = try columns(names, table)
        var found = rows(table, condition)
        if !columns.contains(where: { $0.place == .uuid }) {
            var seen: Set<[Datum]> = []
            found = found.filter { row in seen.insert(columns.map { $0.datum(row.uuid, row.row) }).inserted }
        }
        if let order {
            let keys = try self.columns(order, table)
            found.sort { a, b in
                for key in keys {
                    if let precedes = key.datum(a.uuid, a.row).precedes(key.datum(b.uuid, b.row)) { return precedes }
                }
                return false
            }
        }
        let result = found.map { row in
            JSON.object(.init(columns.map { ($0.name, $0.datum(row.uuid, row.row).json) }))
        }
        return ["rows": .array(result)]
    }

    func update(_ members: inout MemberReader) throws(OperationError) -> JSON.Members {
        let table = table(&members)
        let tests = members.take("where", .array)
        let row = members.take("row", .object)
        try members.check()
        guard let table, let row else { return [:] }
        let values = try values(row, table)
        for (column, _) in values where !column.isMutable {
            throw .syntax(
                members.json, "Cannot update immutable column \(column.name) in table \(table.name).",
                as: "constraint violation")
        }
        let condition = try RowCondition(tests?.array ?? [], table, reader)
        let found = rows(table, condition)
        for (uuid, row) in found {
            if values.allSatisfy({ $0.column.datum(uuid, row) == $0.datum }) { continue }
            transaction.update(table, uuid) { stored in
                for case (let column, let datum) in values {
                    if case .value(let index) = column.place { stored[index] = datum }
                }
            }
        }
        return ["count": .integer(Int64(found.count))]
    }

    func mutate(_ members: inout MemberReader) throws(OperationError) -> JSON.Members {
        let table = table(&members)
        let tests = members.take("where", .array)
        let list = members.take("mutations", .array)
        try members.check()
        guard let table else { return [:] }
        var mutations: [RowMutation] = []
        for mutation in list?.array ?? [] { mutations.append(try RowMutation(mutation, table, reader)) }
        let condition = try RowCondition(tests?.array ?? [], table, reader)
        let found = rows(table, condition)
        for (uuid, row) in found {
            var values = row.values
            for mutation in mutations { values[mutation.index] = try mutation.apply(values[mutation.index]) }
            transaction.update(table, uuid) { $0 = values }
        }
        return ["count": .integer(Int64(found.count))]
    }

    func delete(_ members: inout MemberReader) throws(OperationError) -> JSON.Members {
        let tests = members.take("where", .array)
        let table = table(&members)
        try members.check()
        guard let table else { return [:] }
        let condition = try RowCondition(tests?.array ?? [], table, reader)
        let found = rows(table, condition)
        for (uuid, _) in found { transaction.delete(table, uuid) }
        return ["count": .integer(Int64(found.count))]
    }

    func wait(_ members: inout MemberReader) throws(OperationError) {
        let limit = members.take("timeout", .integer, isOptional: true)
        let tests = members.take("where", .array)
        let names = members.take("columns", .array, isOptional: true)
        let until = members.take("until", .string)
        let list = members.take("rows", .array)
        let table = table(&members)
        try members.check()
        guard let table, let until else { return }
        let condition = try RowCondition(tests?.array ?? [], table, reader)
        let columns = try columns(names, table)
        if let limit = limit?.integer {
            if limit < 0 { throw .syntax(.integer(limit), "timeout must be nonnegative") }
            timeout = min(timeout ?? limit, limit)
        }
        guard until == "==" || until == "!=" else { throw .syntax(until, "\"until\" must be \"==\" or \"!=\"") }
        var expected: Set<[Datum]> = []
        for json in list?.array ?? [] {
            let given = try values(json, table)
            expected.insert(
                columns.map { column in
                    given.first { $0.column.name == column.name }?.datum ?? column.type.defaultDatum
                })
        }
        let actual = Set(rows(table, condition).map { row in columns.map { $0.datum(row.uuid, row.row) } })
        if (actual == expected) == (until == "==") { return }
        guard let limit = limit?.integer, context.elapsedMilliseconds >= limit else { throw Self.suspended }
        throw OperationError(
            "timed out",
            context.elapsedMilliseconds > 0
                ? "\"wait\" timed out after \(context.elapsedMilliseconds) ms" : "\"where\" clause test failed")
    }

    func commit(_ members: inout MemberReader) {
        if members.take("durable", .boolean) == .boolean(true) { transaction.isDurable = true }
    }

    func comment(_ members: inout MemberReader) {
        if let line = members.take("comment", .string)?.string { transaction.add(comment: line) }
    }

    func assert(_ members: inout MemberReader) throws(OperationError) {
        guard let lock = members.take("lock", .id)?.string else { return }
        if context.holdsLock(lock) { return }
        throw OperationError("not owner", "Asserted lock \(lock) not held.")
    }
}
