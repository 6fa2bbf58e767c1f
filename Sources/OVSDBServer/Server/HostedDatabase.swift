import Logging
import OVSDB

/// A database that a server offers: contents, file, monitors, and transactions that wait.
@DatabaseActor
public final class HostedDatabase {
    /// The contents. Another object after a conversion.
    public private(set) var database: Database
    /// The schema as clients get it.
    public private(set) var schema: JSON
    /// The file; nil when nothing needs to last.
    public let storage: DatabaseStorage?
    /// What the last transactions changed.
    private(set) var history = TransactionHistory()

    private var groups: [MonitorGroup] = []
    private var groupsByKey: [String: MonitorGroup] = [:]
    /// The transactions whose `wait` is not met.
    private(set) var waiting: [WaitingTransaction] = []
    private var isRetryScheduled = false
    private var observers: [@DatabaseActor ([RowChange]) -> Void] = []
    private let logger = Logger(label: "ovsdb_server")

    /// A database with its file, or without.
    public init(_ database: Database, schema: JSON, storage: DatabaseStorage? = nil) {
        self.database = database
        self.schema = schema
        self.storage = storage
    }

    /// A database that was opened.
    public convenience init(_ opened: DatabaseFile.Opened) {
        self.init(opened.database, schema: opened.schema, storage: opened.storage)
    }

    /// The database's name.
    public var name: String { database.schema.name }

    /// Calls `body` after every transaction.
    func observe(_ body: @escaping @DatabaseActor ([RowChange]) -> Void) { observers.append(body) }

    // MARK: Transactions

    /// Carries out operations; nil when they wait, and then until when.
    func transact(
        _ operations: ArraySlice<JSON>, _ context: ExecutionContext
    ) -> (reply: JSON?, timeoutMilliseconds: Int64?) {
        let (execution, outcome) = Execution.run(operations, in: database, context)
        switch outcome {
        case .failed(let reply): return (reply, nil)
        case .waiting(let timeout): return (nil, timeout)
        case .ready(let results, let transaction):
            if transaction.changes.isEmpty {
                execution.complete()
                return (.array(results), nil)
            }
            do throws(OperationError) {
                try storage?.append(transaction)
            } catch {
                return (execution.abort(results, error), nil)
            }
            execution.complete()
            committed(transaction.changes)
            return (.array(results), nil)
        }
    }

    /// Carries out operations of the server's own.
    @discardableResult
    func transactInternally(_ operations: [Operation]) -> JSON {
        var context = ExecutionContext()
        context.isInternal = true
        let reply = transact(operations.map(\.json)[...], context).reply ?? .null
        for case .object(let members) in reply.array ?? [] {
            guard let error = members["error"] else { continue }
            logger.error("failed to update \(name): \(error.text): \(members["details"]?.text ?? "")")
        }
        return reply
    }

    private func committed(_ changes: [RowChange]) {
        history.add(changes, database.makeUUID())
        for group in groups { group.committed(changes, history.last) }
        for observer in observers { observer(changes) }
        retryWaiting()
    }

    // MARK: Waiting transactions

    func add(_ transaction: WaitingTransaction) { waiting.append(transaction) }

    func remove(_ transaction: WaitingTransaction) { waiting.removeAll { $0 === transaction } }

    /// Tries the waiting transactions again, soon: something that they may wait for has changed.
    func retryWaiting() {
        guard !isRetryScheduled, !waiting.isEmpty else { return }
        isRetryScheduled = true
        DatabaseActor.enqueue { [weak self] in
            guard let self else { return }
            isRetryScheduled = false
            for transaction in waiting { transaction.retry() }
        }
    }

    // MARK: Monitors

    /// The group of monitors that want `tables` in the form `form`; `key` is the request's text.
    func group(_ form: UpdateWriter.Form, key: String, _ tables: () throws(OperationError) -> [MonitoredColumns])
        throws(OperationError) -> MonitorGroup
    {
        let key = "\(form) \(key)"
        if let group = groupsByKey[key] { return group }
        let group = MonitorGroup(form, key: key, try tables())
        groups.append(group)
        groupsByKey[key] = group
        return group
    }

    func remove(_ monitor: Monitor) {
        let group = monitor.group
        group.remove(monitor)
        guard group.isEmpty else { return }
        groups.removeAll { $0 === group }
        if let key = group.key { groupsByKey[key] = nil }
    }

    func move(_ monitor: Monitor, to group: MonitorGroup) {
        remove(monitor)
        monitor.group = group
        group.add(monitor)
        groups.append(group)
    }

    /// Keeps from now on what transactions change, for clients that name the last they heard of.
    func keepHistory() { history.keep() }

    /// Gives up the transactions that wait, as what they wait for goes.
    func cancelWaiting() {
        for transaction in waiting { transaction.leaveDatabase() }
        waiting = []
    }

    // MARK: Conversion

    /// Takes the contents over into another schema, in the file too.
    func convert(to json: JSON, _ schema: DatabaseSchema) throws(OperationError) {
        let converted = try DatabaseConverter.convert(database, to: schema)
        do throws(StorageError) {
            try storage?.replace(converted, schema: json, comment: "converted by ovsdb-server")
        } catch {
            throw error.operationError
        }
        cancelWaiting()
        database = converted
        self.schema = json
        history.forget()
    }
}
