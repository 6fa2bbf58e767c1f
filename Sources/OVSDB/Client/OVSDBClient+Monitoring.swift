import Logging

/// From a fresh connection to a copy that follows the server.
extension OVSDBClient {
    /// The monitors that servers offer, the best first.
    enum MonitorMethod: String, CaseIterable {
        /// OVS 2.12: tells only what happened since a transaction, when the server still knows.
        case since = "monitor_cond_since"
        /// OVS 2.6: sends differences.
        case conditional = "monitor_cond"
        /// RFC 7047 section 4.1.5.
        case plain = "monitor"

        var next: MonitorMethod? {
            switch self {
            case .since: .conditional
            case .conditional: .plain
            case .plain: nil
            }
        }
    }

    /// The name of our monitor on its connection.
    private static let monitorID: JSON = "vswitch"

    /// The first step after a connection.
    func requestSchema() {
        session.request("get_schema", [.string(settings.database)]) { [weak self] result in
            guard let self else { return }
            do throws(OVSDBError) {
                let schema = try DatabaseSchema(json: try result.get())
                try adopt(schema)
            } catch {
                if error.code == .disconnected { return }
                leave(["\(settings.remote): \(settings.database) schema: \(error)"])
                return
            }
            requestLock()
            requestMonitor(.since)
        }
    }

    /// Checks that the schema has what is wanted.
    private func adopt(_ schema: DatabaseSchema) throws(OVSDBError) {
        var columns: [String: [String]] = [:]
        var lacking: [String] = []
        var isUsable = true
        for wanted in settings.tables {
            guard let table = schema.tables[wanted.name] else {
                lacking.append("\(schema.name) database lacks \(wanted.name) table (database needs upgrade?)")
                if wanted.isRequired { isUsable = false }
                continue
            }
            var present: [String] = []
            for column in wanted.columns + wanted.silent {
                if table.type(of: column) != nil {
                    present.append(column)
                } else {
                    lacking.append(
                        "\(wanted.name) table in \(schema.name) database lacks \(column) column "
                            + "(database needs upgrade?)")
                }
            }
            columns[wanted.name] = present
        }
        guard isUsable else {
            leave(lacking)
            throw OVSDBError(.disconnected, "database \(schema.name) cannot be used")
        }
        complain(lacking)
        // What was learnt under another schema cannot be continued.
        if schema != self.schema { lastTransaction = .zero }
        self.schema = schema
        self.columns = columns
    }

    private func requestMonitor(_ method: MonitorMethod) {
        let requests = JSON.object(.init(columns.mapValues { [["columns": .array($0.map(JSON.string))]] }))
        var parameters: [JSON] = [.string(settings.database), Self.monitorID, requests]
        if method == .since { parameters.append(.string(lastTransaction.description)) }
        session.request(method.rawValue, parameters) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let reply): begin(method, reply)
            case .failure(let error):
                if error.code == .disconnected { return }
                if let next = method.next {
                    logger.debug("\(settings.remote): \(method.rawValue) refused (\(error)), trying \(next.rawValue)")
                    requestMonitor(next)
                } else {
                    leave(["\(settings.database) database cannot be monitored: \(error)"])
                }
            }
        }
    }

    /// The reply to the monitor request: the contents, or what changed since we left.
    private func begin(_ method: MonitorMethod, _ reply: JSON) {
        guard let schema else { return }
        var changes: [Change] = []
        do throws(OVSDBError) {
            switch method {
            case .plain:
                lastTransaction = .zero
                changes = replica.replace(try RowUpdate.decode(updates: reply, schema: schema))
            case .conditional:
                lastTransaction = .zero
                changes = replica.replace(
                    try RowUpdate.decode(updates2: reply, schema: schema, columns: columns))
            case .since:
                guard let parts = reply.array, parts.count == 3, let isContinued = parts[0].boolean,
                    let last = parts[1].string.flatMap(UUIDValue.init)
                else { throw OVSDBError(.protocolViolation, "bad reply to monitor_cond_since") }
                let updates = try RowUpdate.decode(updates2: parts[2], schema: schema, columns: columns)
                changes =
                    isContinued ? try replica.apply(updates, schema: schema) : replica.replace(updates)
                lastTransaction = last
            }
        } catch {
            resynchronise(error)
            return
        }
        isConnected = true
        onConnected?()
        if !changes.isEmpty { onUpdate?(changes) }
    }

    /// A notification of our monitor.
    func received(update method: String, _ parameters: [JSON]) {
        guard let schema, isConnected, parameters.first == Self.monitorID else { return }
        do throws(OVSDBError) {
            let updates: [RowUpdate]
            switch (method, parameters.count) {
            case ("update", 2): updates = try RowUpdate.decode(updates: parameters[1], schema: schema)
            case ("update2", 2):
                updates = try RowUpdate.decode(updates2: parameters[1], schema: schema, columns: columns)
            case ("update3", 3):
                updates = try RowUpdate.decode(updates2: parameters[2], schema: schema, columns: columns)
            default: throw OVSDBError(.protocolViolation, "bad \(method) notification")
            }
            let changes = try replica.apply(updates, schema: schema)
            if method == "update3", let last = parameters[1].string.flatMap(UUIDValue.init) { lastTransaction = last }
            if !changes.isEmpty { onUpdate?(changes) }
        } catch {
            resynchronise(error)
        }
    }

    /// The copy may differ from the server's contents: takes them anew over a new connection.
    private func resynchronise(_ error: OVSDBError) {
        logger.warning("\(settings.remote): \(error): reconnecting IDL and resync all data")
        lastTransaction = .zero
        session.drop(reason: "Protocol error")
    }

    /// Leaves a server of no use, which is tried again after the back-off.
    private func leave(_ reasons: [String]) {
        complain(reasons)
        session.drop()
    }

    private func complain(_ lines: [String]) {
        for line in lines {
            if lines == complaint { logger.debug("\(line)") } else { logger.warning("\(line)") }
        }
        complaint = lines
    }
}
