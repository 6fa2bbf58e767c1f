import OVSDB

/// Carries out the operations of one `transact` request (RFC 7047 section 4.1.3).
public final class Execution {
    /// What became of the operations.
    public enum Outcome {
        /// They failed: the reply; the database is as it was.
        case failed(JSON)
        /// A `wait` is not met: the database is as it was, and all is to be tried again when it changes, until so long
        /// after the first time (nil: for ever).
        case waiting(timeoutMilliseconds: Int64?)
        /// They are done and what they mean for the database as a whole holds: the reply and the changes. Ends with
        /// ``Execution/complete()`` or ``Execution/abort(_:)``.
        case ready([JSON], CommittedTransaction)
    }

    let transaction: Transaction
    let symbols: SymbolTable
    let context: ExecutionContext
    /// The least timeout of the waits met so far.
    var timeout: Int64?

    private init(_ database: Database, _ context: ExecutionContext) {
        transaction = Transaction(database)
        symbols = SymbolTable(database)
        self.context = context
    }

    var reader: DatumReader { DatumReader(symbols: symbols) }

    /// An unmet `wait` that may wait.
    private static let notMet = OperationError("not supported", "triggers not supported")
    static var suspended: OperationError { notMet }

    /// Carries out `operations` in `database`.
    public static func run(
        _ operations: ArraySlice<JSON>, in database: Database, _ context: ExecutionContext
    ) -> (execution: Execution, outcome: Outcome) {
        let execution = Execution(database, context)
        return (execution, execution.run(operations))
    }

    private func run(_ operations: ArraySlice<JSON>) -> Outcome {
        var results: [JSON] = []
        results.reserveCapacity(operations.count)
        for operation in operations {
            do throws(OperationError) {
                results.append(try run(operation, .operation(results.count + 1, of: operations.count)))
            } catch {
                transaction.abort()
                if error == Self.notMet, context.mayWait { return .waiting(timeoutMilliseconds: timeout) }
                results.append(error.json)
                while results.count < operations.count { results.append(.null) }
                return .failed(.array(results))
            }
        }
        do throws(OperationError) {
            return .ready(results, try transaction.prepare())
        } catch {
            transaction.abort()
            return .failed(.array(results + [error.json]))
        }
    }

    private func run(_ json: JSON, _ subject: MemberReader.Subject) throws(OperationError) -> JSON {
        var members = MemberReader(json, subject)
        var result: JSON.Members = [:]
        var failure: OperationError?
        var isReadOnly = true
        let operation = members.take("op", .id)?.string
        if let operation {
            do throws(OperationError) {
                switch operation {
                case "insert": result = try insert(&members)
                case "select": result = try select(&members)
                case "update": result = try update(&members)
                case "mutate": result = try mutate(&members)
                case "delete": result = try delete(&members)
                case "wait": try wait(&members)
                case "commit": commit(&members)
                case "abort": throw OperationError("aborted", "aborted by request")
                case "comment": comment(&members)
                case "assert": try assert(&members)
                default: members.fail("No operation \"\(operation)\"")
                }
            } catch {
                failure = error
            }
            isReadOnly =
                switch operation {
                case "select", "wait", "abort", "comment", "assert": true
                default: false
                }
        }
        // A fault in the operation itself counts more than what carrying it out led to.
        try members.finish()
        if let failure { throw failure }
        if !isReadOnly, !context.isInternal, let operation {
            if context.isReadOnly {
                throw OperationError(
                    "not allowed", "\(operation) operation not allowed when database server is in read only mode")
            }
            if transaction.database.schema.name.hasPrefix("_") {
                throw OperationError(
                    "not allowed",
                    "\(operation) operation not allowed on table in reserved database "
                        + transaction.database.schema.name)
            }
        }
        return .object(result)
    }

    /// Makes the changes last; after ``Outcome/ready(_:_:)``.
    public func complete() { transaction.complete() }

    /// Undoes everything after all, because of `error`; gives the reply.
    public func abort(_ results: [JSON], _ error: OperationError) -> JSON {
        transaction.abort()
        return .array(results + [error.json])
    }

    // MARK: What operations have in common

    func table(_ members: inout MemberReader) -> Table? {
        guard let name = members.take("table", .id)?.string else { return nil }
        if let table = transaction.database.tablesByName[name] { return table }
        members.fail("No table named \(name).")
        return nil
    }

    /// The columns named, or all.
    func columns(_ json: JSON?, _ table: Table) throws(OperationError) -> [TableColumn] {
        guard let json else { return table.allColumns }
        var columns: [TableColumn] = []
        for element in json.array ?? [] {
            guard case .string(let name) = element else {
                throw .syntax(json, "array of distinct column names expected")
            }
            guard let column = table.columnsByName[name] else {
                throw .syntax(json, "\(name) is not a valid column name")
            }
            if columns.contains(where: { $0.name == name }) {
                throw .syntax(json, "array of distinct column names expected")
            }
            columns.append(column)
        }
        return columns
    }

    /// The values of a row as a request gives them, with their columns.
    func values(_ json: JSON, _ table: Table) throws(OperationError) -> [(column: TableColumn, datum: Datum)] {
        guard case .object(let members) = json else { throw .syntax(json, "row must be JSON object") }
        var result: [(column: TableColumn, datum: Datum)] = []
        result.reserveCapacity(members.count)
        for (name, value) in members {
            guard let column = table.columnsByName[name] else {
                throw .syntax(json, "No column \(name) in table \(table.name).", as: "unknown column")
            }
            result.append((column, try reader.datum(value, column.type)))
        }
        return result
    }

    /// The rows that pass every test.
    func rows(_ table: Table, _ condition: RowCondition) -> [(uuid: UUIDValue, row: StoredRow)] {
        if let uuid = condition.row {
            guard let row = table.rows[uuid], condition.isMetByAll(uuid, row) else { return [] }
            return [(uuid, row)]
        }
        var result: [(uuid: UUIDValue, row: StoredRow)] = []
        for (uuid, row) in table.rows where condition.isMetByAll(uuid, row) { result.append((uuid, row)) }
        return result
    }
}
