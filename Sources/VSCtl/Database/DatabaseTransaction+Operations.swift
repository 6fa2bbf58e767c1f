import OVSDB

/// The changes as the server is asked for them (RFC 7047 section 5.2).
extension DatabaseTransaction {
    /// A request for all that was changed, and where in the reply some things are.
    struct Request {
        /// The operations.
        var operations: [JSON] = []
        /// Whether anything would be different afterwards.
        var isChange = false
        /// The index of each row's `insert`.
        var insertions: [UUIDValue: Int] = [:]
        /// The index of the `select` that tells the incremented number.
        var incremented: Int?
    }

    /// The request, which also counts up `counter` of the row `counted` if it changes anything.
    func request(increasing counter: String?, of counted: RowID, comment: String, isDryRun: Bool) -> Request {
        var request = Request()
        for (row, columns) in verified.sorted(by: { $0.key.uuid < $1.key.uuid }) {
            let names = columns.sorted()
            let values = Dictionary(uniqueKeysWithValues: names.map { ($0, original(row, $0)) })
            request.operations.append(
                Operation.wait(row.table, where: [.row(row.uuid)], columns: names, until: .equal, rows: [values]).json)
        }
        // Two clients must not both make the one row that a table may have.
        for (name, table) in schema.tables where table.maximumRows == 1 {
            guard rows(name).count == 1, inserted.contains(where: { $0.table == name }),
                deleted.allSatisfy({ $0.table != name })
            else { continue }
            request.operations.append(
                ["op": "wait", "table": .string(name), "where": [], "timeout": 0, "until": "==", "rows": []])
        }
        for row in deleted.sorted(by: { $0.uuid < $1.uuid }) where schema.tables[row.table]?.isRoot == true {
            request.operations.append(Operation.delete(from: row.table, where: [.row(row.uuid)]).json)
            request.isChange = true
        }
        for row in inserted { insert(row, &request) }
        for row in written.keys.sorted(by: { $0.uuid < $1.uuid }) where isOld(row) { update(row, &request) }
        let mutated = Set(additions.keys).union(removals.keys)
        for row in mutated.sorted(by: { $0.uuid < $1.uuid }) { mutate(row, &request) }
        if let counter, request.isChange {
            request.operations.append(
                Operation.mutate(
                    counted.table, where: [condition(counted)], mutations: [.init(counter, .add, .integer(1))]
                ).json)
            request.incremented = request.operations.count
            request.operations.append(
                Operation.select(from: counted.table, where: [condition(counted)], columns: [counter]).json)
        }
        request.operations.append(Operation.comment(comment).json)
        if isDryRun { request.operations.append(Operation.abort.json) }
        return request
    }

    private func insert(_ row: RowID, _ request: inout Request) {
        let columns = (written[row] ?? [:]).filter { $0.value != type(row.table, $0.key).defaultDatum }
        let isPersistent = persistent.contains(row.uuid)
        let operation = Operation.insert(
            into: row.table, row: columns.mapValues(outgoing), name: isPersistent ? nil : Self.name(row.uuid))
        var members = operation.json.object ?? [:]
        if isPersistent { members["uuid"] = .string(row.uuid.description) }
        request.insertions[row.uuid] = request.operations.count
        request.operations.append(.object(members))
        request.isChange = true
    }

    private func update(_ row: RowID, _ request: inout Request) {
        guard let columns = written[row], !columns.isEmpty else { return }
        if columns.contains(where: { $0.value != original(row, $0.key) }) { request.isChange = true }
        request.operations.append(
            Operation.update(row.table, where: [.row(row.uuid)], row: columns.mapValues(outgoing)).json)
    }

    private func mutate(_ row: RowID, _ request: inout Request) {
        var mutations = (removals[row] ?? [:]).sorted { $0.key < $1.key }.map {
            Mutation($0.key, .delete, outgoing($0.value))
        }
        for (column, value) in (additions[row] ?? [:]).sorted(by: { $0.key < $1.key }) {
            var new = value
            if value.values != nil {
                let present = self[row, column]
                new = value.subtracting(present)
                // A pair replaces another only when that has gone.
                let replaced = new.keys.filter { present.index(of: $0) != nil }
                if !replaced.isEmpty { mutations.append(.init(column, .delete, outgoing(Datum(set: replaced)))) }
                if new.isEmpty { continue }
            }
            mutations.append(.init(column, .insert, outgoing(new)))
        }
        guard !mutations.isEmpty else { return }
        request.operations.append(Operation.mutate(row.table, where: [condition(row)], mutations: mutations).json)
        request.isChange = true
    }

    private func condition(_ row: RowID) -> Condition { Condition("_uuid", .equal, outgoing(.uuid(row.uuid))) }

    /// A value with references to new rows by the names that those have in the request.
    private func outgoing(_ value: Datum) -> Datum {
        guard !inserted.isEmpty else { return value }
        let new = Set(inserted.map(\.uuid)).subtracting(persistent)
        func renamed(_ atom: Atom) -> Atom {
            if case .uuid(let uuid) = atom, new.contains(uuid) { .named(Self.name(uuid)) } else { atom }
        }
        let keys = value.keys.map(renamed)
        return value.values.map { Datum(map: zip(keys, $0.map(renamed))) } ?? Datum(set: keys)
    }

    private static func name(_ uuid: UUIDValue) -> String {
        "row" + uuid.description.map { $0 == "-" ? "_" : String($0) }.joined()
    }
}
