import OVSDB

/// Commands that change rows of any table.
enum RecordChangeCommands {
    static let all: [CommandSyntax] = [
        CommandSyntax(
            "set", 3...Int.max, "TABLE RECORD COLUMN[:KEY]=VALUE...", options: ["--if-exists"], mayWrite: true,
            prepare: { try RowColumns.prepare($0, &$1, $2, from: 2) }, run: set),
        CommandSyntax(
            "add", 4...Int.max, "TABLE RECORD COLUMN [KEY=]VALUE...", options: ["--if-exists"], mayWrite: true,
            prepare: { try RowColumns.prepareOne($0, &$1, $2) }, run: add),
        CommandSyntax(
            "remove", 4...Int.max, "TABLE RECORD COLUMN KEY|VALUE|KEY=VALUE...", options: ["--if-exists"],
            mayWrite: true, prepare: { try RowColumns.prepareOne($0, &$1, $2) }, run: remove),
        CommandSyntax(
            "clear", 3...Int.max, "TABLE RECORD COLUMN...", options: ["--if-exists"], mayWrite: true,
            prepare: { invocation, selection, preparation in
                let table = try preparation.schema.table(named: invocation.arguments[0])
                selection.add(namesOf: table.name)
                for name in invocation.arguments.dropFirst(2) {
                    selection.add(table.name, [try table.column(named: name).name])
                }
            }, run: clear),
        CommandSyntax(
            "create", 2...Int.max, "TABLE COLUMN[:KEY]=VALUE...", options: ["--id="], mayWrite: true,
            prepare: { invocation, _, preparation in
                let table = try preparation.schema.table(named: invocation.arguments[0])
                if invocation.options.isEmpty, !table.isRoot {
                    preparation.warn(
                        "applying \"create\" command to table \(table.name) without --id option will have no effect")
                }
            }, run: create),
        CommandSyntax(
            "destroy", 1...Int.max, "TABLE [RECORD]...", options: ["--if-exists", "--all"], mayWrite: true,
            prepare: { invocation, selection, preparation in
                selection.add(namesOf: try preparation.schema.table(named: invocation.arguments[0]).name)
            }, run: destroy),
    ]

    /// The table and the row that the first two arguments name; nil when there is no row and there need not be one.
    private static func row(_ context: CommandContext) throws -> (TableSchema, RowID)? {
        let table = try context.transaction.schema.table(named: context.argument(0))
        return try context.transaction.row(
            table.name, context.argument(1), mustExist: !context.has("--if-exists")
        ).map { (table, $0) }
    }

    private static func set(_ context: CommandContext) throws {
        guard let (_, row) = try row(context) else { return }
        for text in context.invocation.arguments.dropFirst(2) {
            try RowSetting(text, of: row, context).apply(to: row, context.transaction, isLast: context.isLast)
        }
        context.forgetModel()
    }

    /// The same type with any number of elements, but not none.
    private static func some(_ type: ColumnType) -> ColumnType {
        var type = type
        type.minimum = 1
        type.maximum = .max
        return type
    }

    private static func add(_ context: CommandContext) throws {
        let table = try context.transaction.schema.table(named: context.argument(0))
        let column = try table.column(named: context.argument(2))
        guard let (_, row) = try row(context) else { return }
        let transaction = context.transaction
        try column.checkMutable(row, transaction)
        let type = column.type
        let empty = type.value == nil ? Datum.empty : .emptyMap
        let present = transaction[row, column.name]
        var new = context.isLast || present.isEmpty ? empty : present
        for text in context.invocation.arguments.dropFirst(3) {
            new = new.union(try context.reader.datum(text, some(type)))
        }
        if context.isLast {
            transaction.add(new, to: column.name, of: row)
        } else {
            guard new.count <= type.maximum else {
                throw CommandError(
                    "\"add\" operation would put \(new.count) \(noun(type)) in column \(column.name) of table "
                        + "\(table.name) but the maximum number is \(type.maximum)")
            }
            transaction.verify(row, column.name)
            transaction.set(row, column.name, new)
        }
        context.forgetModel()
    }

    private static func noun(_ type: ColumnType) -> String { type.value == nil ? "values" : "pairs" }

    private static func remove(_ context: CommandContext) throws {
        let table = try context.transaction.schema.table(named: context.argument(0))
        let column = try table.column(named: context.argument(2))
        guard let (_, row) = try row(context) else { return }
        let transaction = context.transaction
        try column.checkMutable(row, transaction)
        var left = transaction[row, column.name]
        for text in context.invocation.arguments.dropFirst(3) {
            left = left.subtracting(try removal(text, column.type, context.reader))
        }
        guard left.count >= column.type.minimum else {
            throw CommandError(
                "\"remove\" operation would put \(left.count) \(noun(column.type)) in column \(column.name) of table "
                    + "\(table.name) but the minimum number is \(column.type.minimum)")
        }
        transaction.verify(row, column.name)
        transaction.set(row, column.name, left)
        context.forgetModel()
    }

    /// What is to go: elements or pairs; of a map keys alone too.
    private static func removal(_ text: String, _ type: ColumnType, _ reader: ValueReader) throws -> Datum {
        var type = some(type)
        do throws(OVSDBError) {
            return try reader.datum(text, type)
        } catch {
            guard type.value != nil else { throw error }
            type.value = nil
            return try reader.datum(text, type)
        }
    }

    private static func clear(_ context: CommandContext) throws {
        guard let (table, row) = try row(context) else { return }
        for name in context.invocation.arguments.dropFirst(2) {
            let column = try table.column(named: name)
            try column.checkMutable(row, context.transaction)
            guard column.type.minimum == 0 else {
                throw CommandError(
                    "\"clear\" operation cannot be applied to column \(column.name) of table \(table.name), "
                        + "which is not allowed to be empty")
            }
            context.transaction.set(row, column.name, column.type.defaultDatum)
        }
        context.forgetModel()
    }

    private static func create(_ context: CommandContext) throws {
        let table = try context.transaction.schema.table(named: context.argument(0))
        let row: RowID
        if let id = context.value("--id") {
            if let uuid = UUIDValue(id) {
                row = context.transaction.insert(table.name, uuid: uuid, isPersistent: true)
            } else {
                var symbol = try context.symbols.create(id)
                // Rows of a root table stay without a reference.
                if table.isRoot { symbol.isHeld = true }
                context.symbols[id] = symbol
                row = context.transaction.insert(table.name, uuid: symbol.uuid)
            }
        } else {
            row = context.transaction.insert(table.name)
        }
        for text in context.invocation.arguments.dropFirst() {
            try RowSetting(text, of: row, context).apply(to: row, context.transaction, isLast: false)
        }
        context.result.created = row
    }

    private static func destroy(_ context: CommandContext) throws {
        let table = try context.transaction.schema.table(named: context.argument(0))
        let mustExist = !context.has("--if-exists")
        let words = context.invocation.arguments.dropFirst()
        if context.has("--all") {
            guard words.isEmpty else {
                throw CommandError("--all and records argument should not be specified together")
            }
            guard mustExist else { throw CommandError("--all and --if-exists should not be specified together") }
            for row in context.transaction.rows(table.name) { context.transaction.delete(row) }
        } else if words.isEmpty {
            context.warn("either --all or records argument should be specified", module: "db_ctl_base")
            return
        }
        for word in words {
            if let row = try context.transaction.row(table.name, word, mustExist: mustExist) {
                context.transaction.delete(row)
            }
        }
        context.forgetModel()
    }
}
