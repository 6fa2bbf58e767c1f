import NIOCore
import OVSDB

/// The methods of RFC 7047 section 4.1, and those that ovsdb-server(7) adds.
extension ServerSession {
    func handle(_ method: String, _ parameters: [JSON], _ id: JSON) {
        do throws(OperationError) {
            switch method {
            case _ where method.hasPrefix("monitor_cond") && !server.offersConditions: refuse("unknown method", id)
            case "echo": reply(.array(parameters), to: id)
            case "list_dbs": reply(.array(server.databases.keys.sorted().map(JSON.string)), to: id)
            case "get_schema": reply(try database(method, parameters).schema, to: id)
            case "get_server_id": reply(.string(server.id.description), to: id)
            case "transact": try transact(try database(method, parameters), parameters, id)
            case "convert": try convert(try database(method, parameters), parameters, id)
            case "monitor": try monitor(.values, method, parameters, id)
            case "monitor_cond": try monitor(.differences, method, parameters, id)
            case "monitor_cond_since": try monitor(.numberedDifferences, method, parameters, id)
            case "monitor_cond_change": try changeMonitor(parameters, id)
            case "monitor_cancel": cancelMonitor(parameters, id)
            case "lock", "steal": try lock(method, parameters, id)
            case "unlock": try unlock(parameters, id)
            case "set_db_change_aware":
                guard parameters.count == 1, case .boolean(let isAware) = parameters[0] else {
                    throw .syntax(.array(parameters), "\(method): true or false parameter expected")
                }
                isChangeAware = isAware
                reply([:], to: id)
            default: refuse("unknown method", id)
            }
        } catch {
            refuse(error.json, id)
        }
    }

    private func database(_ method: String, _ parameters: [JSON]) throws(OperationError) -> HostedDatabase {
        guard case .string(let name)? = parameters.first else {
            throw .syntax(.array(parameters), "\(method) request params must begin with <db-name>")
        }
        guard let database = server.databases[name] else {
            throw .syntax(
                .array(parameters), "\(method) request specifies unknown database \(name)", as: "unknown database")
        }
        return database
    }

    // MARK: Transactions

    private func transact(_ database: HostedDatabase, _ parameters: [JSON], _ id: JSON) throws(OperationError) {
        guard waiting.isEmpty || waiting[id] == nil else {
            throw .syntax(.array(parameters), "transact: duplicate request ID")
        }
        let operations = parameters.dropFirst()
        let (result, timeout) = database.transact(operations, context())
        if let result { return reply(result, to: id, after: database.storage) }
        waiting[id] = WaitingTransaction(id, operations, in: database, for: self, timeoutMilliseconds: timeout)
    }

    private func convert(_ database: HostedDatabase, _ parameters: [JSON], _ id: JSON) throws(OperationError) {
        guard parameters.count == 2 else { throw .syntax(.array(parameters), "array expected") }
        let schema: DatabaseSchema
        do throws(OVSDBError) {
            schema = try DatabaseSchema(json: parameters[1])
        } catch {
            throw .syntax(parameters[1], error.message)
        }
        if settings.isReadOnly || database.name.hasPrefix("_") {
            throw OperationError("not allowed", "database \(database.name) may not be converted")
        }
        guard schema.name == database.name else {
            throw OperationError(
                "invalid parameters", "schema is for database \(schema.name), not \(database.name)")
        }
        try server.convert(database, to: parameters[1], schema)
        reply([:], to: id, after: database.storage)
    }

    // MARK: Monitors

    private func monitor(
        _ form: UpdateWriter.Form, _ method: String, _ parameters: [JSON], _ id: JSON
    ) throws(OperationError) {
        let database = try database(method, parameters)
        let count = form == .numberedDifferences ? 4 : 3
        guard parameters.count == count else { throw .syntax(.array(parameters), "invalid parameters") }
        guard case .object(let requests) = parameters[2] else {
            throw .syntax(parameters[2], "monitor-requests must be object")
        }
        guard monitors[parameters[1]] == nil else { throw .syntax(parameters[1], "duplicate monitor ID") }
        var since = UUIDValue.zero
        if form == .numberedDifferences {
            guard case .string(let text) = parameters[3] else {
                throw .syntax(parameters[3], "last-txn-id must be string")
            }
            guard let uuid = UUIDValue(text) else {
                throw .syntax(parameters[3], "last-txn-id must be UUID format.")
            }
            since = uuid
        }
        let group = try database.group(form, key: parameters[2].text) { () throws(OperationError) in
            var tables: [MonitoredColumns] = []
            for (name, request) in requests {
                guard let table = database.database.tablesByName[name] else {
                    throw .syntax(nil, "no table named \(name)")
                }
                tables.append(try MonitoredColumns(request, table, takesConditions: form != .values))
            }
            return tables
        }
        let monitor = Monitor(parameters[1], group, of: database, self)
        monitors[parameters[1]] = monitor
        guard form == .numberedDifferences else {
            return reply(parts: [group.contents()], to: id, after: database.storage)
        }
        database.keepHistory()
        let changes = since == .zero ? nil : database.history.changes(since: since)
        var text: ByteBuffer
        if let changes {
            let backlog = MonitorBacklog()
            backlog.remember(changes, group)
            text = backlog.text(group, of: database.database) ?? ByteBuffer(string: "{}")
        } else {
            text = group.contents()
        }
        let head = ByteBuffer(string: "[\(changes != nil),\"\(database.history.last)\",")
        reply(parts: [head, text, ByteBuffer(string: "]")], to: id, after: database.storage)
    }

    private func changeMonitor(_ parameters: [JSON], _ id: JSON) throws(OperationError) {
        guard parameters.count == 3 else { throw .syntax(.array(parameters), "invalid parameters") }
        guard let monitor = monitors[parameters[0]] else { throw .syntax(parameters[0], "unknown monitor session") }
        if parameters[0] != parameters[1], monitors[parameters[1]] != nil {
            throw .syntax(parameters[1], "duplicate monitor ID")
        }
        guard case .object(let requests) = parameters[2] else {
            throw .syntax(nil, "monitor-cond-change-requests must be object")
        }
        var conditions: [Int: RowCondition] = [:]
        for (name, list) in requests {
            guard let table = monitor.database.database.tablesByName[name] else {
                throw .syntax(nil, "no table named \(name)")
            }
            guard monitor.group.wanted(table) != nil else {
                throw .syntax(nil, "no table named \(name) in monitor session")
            }
            guard monitor.group.form != .values, case .array(let list) = list else {
                throw .syntax(nil, "table \(name) no monitor-cond-change JSON array")
            }
            for request in list {
                var members = MemberReader(request, .table(name))
                let columns = members.take("columns", .array, isOptional: true)
                let tests = members.take("where", .array, isOptional: true)
                try members.finish()
                if columns != nil { throw .syntax(request, "changing columns is unsupported") }
                conditions[table.number] = try RowCondition(tests?.array ?? [], table, DatumReader(symbols: nil))
            }
        }
        monitors[parameters[0]] = nil
        monitor.id = parameters[1]
        monitors[parameters[1]] = monitor
        monitor.change(conditions)
        reply([:], to: id)
    }

    private func cancelMonitor(_ parameters: [JSON], _ id: JSON) {
        guard parameters.count == 1 else { return refuse("invalid parameters", id) }
        guard let monitor = monitors.removeValue(forKey: parameters[0]) else { return refuse("unknown monitor", id) }
        monitor.database.remove(monitor)
        reply([:], to: id)
    }

    // MARK: Locks

    private func lockName(_ method: String, _ parameters: [JSON]) throws(OperationError) -> String {
        guard parameters.count == 1, case .string(let name) = parameters[0], MemberReader.isID(name) else {
            throw .syntax(.array(parameters), "\(method) request params must be <id>")
        }
        return name
    }

    private static let readOnlyLock: JSON = "lock and unlock methods not allowed, DB server is read only."

    private func lock(_ method: String, _ parameters: [JSON], _ id: JSON) throws(OperationError) {
        if settings.isReadOnly { return refuse(Self.readOnlyLock, id) }
        let name = try lockName(method, parameters)
        guard !server.locks.wants(self, name) else {
            throw .syntax(.array(parameters), "must issue \"unlock\" before new \"\(method)\"")
        }
        let isOwner = server.locks.lock(name, for: self, isStealing: method == "steal")
        reply(["locked": .boolean(isOwner)], to: id)
    }

    private func unlock(_ parameters: [JSON], _ id: JSON) throws(OperationError) {
        if settings.isReadOnly { return refuse(Self.readOnlyLock, id) }
        let name = try lockName("unlock", parameters)
        guard server.locks.wants(self, name) else {
            throw .syntax(.array(parameters), "unlock: \"unlock\" without \"lock\" or \"steal\"")
        }
        server.locks.unlock(name, for: self)
        reply([:], to: id)
    }
}
