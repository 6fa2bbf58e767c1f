import OVSDB

/// What a monitor wants to know of one table.
struct MonitoredColumns {
    let table: Table
    /// The columns, each with the kinds of changes that tell it.
    var columns: [(column: TableColumn, selection: MonitorSelection)] = []
    /// The kinds of changes of any column.
    var selection: MonitorSelection = []
    /// Which rows; one of the tests must hold, none means all.
    var condition: RowCondition

    /// Reads one or several `<monitor-request>`s for `table`; with `takesConditions` they may say which rows.
    init(_ json: JSON, _ table: Table, takesConditions: Bool) throws(OperationError) {
        self.table = table
        let reader = DatumReader(symbols: nil)
        condition = try RowCondition([], table, reader)
        let requests: [JSON] = if case .array(let list) = json { list } else { [json] }
        var isUnconditional = false
        for request in requests {
            var members = MemberReader(request, .table(table.name))
            let tests = takesConditions ? members.take("where", .array, isOptional: true) : nil
            let names = members.take("columns", .array, isOptional: true)
            let kinds = members.take("select", .object, isOptional: true)
            try members.finish()
            let selection = try Self.selection(kinds, table)
            self.selection.formUnion(selection)
            try add(names, selection)
            let clauses = try RowCondition(tests?.array ?? [], table, reader).clauses
            if clauses.isEmpty { isUnconditional = true }
            condition.clauses += clauses
        }
        if isUnconditional { condition.clauses = [] }
    }

    private static func selection(_ json: JSON?, _ table: Table) throws(OperationError) -> MonitorSelection {
        guard let json else { return .all }
        var members = MemberReader(json, .selection(table: table.name))
        var selection: MonitorSelection = []
        let kinds: [(String, MonitorSelection)] = [
            ("initial", .initial), ("insert", .insert), ("delete", .delete), ("modify", .modify),
        ]
        for (name, kind) in kinds where members.take(name, .boolean, isOptional: true) != .boolean(false) {
            selection.insert(kind)
        }
        try members.finish()
        return selection
    }

    private mutating func add(_ names: JSON?, _ selection: MonitorSelection) throws(OperationError) {
        guard case .array(let list)? = names else {
            for column in table.allColumns where column.place != .uuid { try add(column, selection, nil) }
            return
        }
        for element in list {
            guard case .string(let name) = element else { throw .syntax(names, "array of column names expected") }
            guard let column = table.columnsByName[name] else {
                throw .syntax(names, "\(name) is not a valid column name")
            }
            try add(column, selection, names)
        }
    }

    private mutating func add(
        _ column: TableColumn, _ selection: MonitorSelection, _ json: JSON?
    ) throws(OperationError) {
        if columns.contains(where: { $0.column.name == column.name }) {
            throw .syntax(json, "column \(column.name) mentioned more than once")
        }
        columns.append((column, selection))
    }
}
