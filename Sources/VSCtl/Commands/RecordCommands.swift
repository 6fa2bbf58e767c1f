import Glibc
import OVSDB

/// Commands over rows of any table that change nothing.
enum RecordCommands {
    static let all: [CommandSyntax] = [
        CommandSyntax(
            "get", 2...Int.max, "TABLE RECORD [COLUMN[:KEY]]...", options: ["--if-exists", "--id="],
            prepare: prepareGet, run: get),
        CommandSyntax(
            "list", 1...Int.max, "TABLE [RECORD]...", options: ["--if-exists", "--columns="],
            prepare: { invocation, selection, preparation in
                _ = try prepareList(invocation, &selection, preparation)
            }, run: list),
        CommandSyntax(
            "find", 1...Int.max, "TABLE [COLUMN[:KEY]=VALUE]...", options: ["--columns="],
            prepare: { invocation, selection, preparation in
                let table = try prepareList(invocation, &selection, preparation)
                for text in invocation.arguments.dropFirst() {
                    selection.add(table.name, [try ColumnArgument.column(text, table).name])
                }
            }, run: find),
        CommandSyntax(
            "wait-until", 2...Int.max, "TABLE RECORD [COLUMN[:KEY]=VALUE]...",
            prepare: { try RowColumns.prepare($0, &$1, $2, from: 2) }, run: waitUntil),
    ]

    // MARK: get

    private static func isUUID(_ text: String) -> Bool {
        let lower = text.lowercased()
        return lower == "_uuid" || lower == "-uuid"
    }

    private static let prepareGet: @Sendable (Invocation, inout ColumnSelection, Preparation) throws -> Void = {
        invocation, selection, preparation in
        // A script may want to know that a row exists; a person has rather forgotten something.
        if !invocation.options.contains(where: { $0.name == "--id" }), invocation.arguments.count <= 2,
            isatty(STDOUT_FILENO) == 1
        {
            preparation.warn("\"get\" command without row arguments or \"--id\" is possibly erroneous")
        }
        let table = try preparation.schema.table(named: invocation.arguments[0])
        selection.add(namesOf: table.name)
        for text in invocation.arguments.dropFirst(2) where !isUUID(text) {
            selection.add(table.name, [try ColumnArgument.column(text, table).name])
        }
    }

    private static func get(_ context: CommandContext) throws {
        let transaction = context.transaction
        let mustExist = !context.has("--if-exists")
        let id = context.value("--id")
        if id != nil, !mustExist { throw CommandError("--if-exists and --id may not be specified together") }
        let table = try transaction.schema.table(named: context.argument(0))
        guard let row = try transaction.row(table.name, context.argument(1), mustExist: mustExist) else { return }
        if let id { try name(row, id, context) }
        for text in context.invocation.arguments.dropFirst(2) {
            if isUUID(text) {
                context.print(row.uuid.description)
                continue
            }
            let argument = try ColumnArgument(text, table, relations: [])
            let column = argument.column
            transaction.verify(row, column.name)
            let value = transaction[row, column.name]
            guard let key = argument.key else {
                context.print(value.commandText(column.type))
                continue
            }
            guard column.type.value != nil else {
                throw CommandError("cannot specify key to get for non-map column \(column.name)")
            }
            if let index = value.index(of: try context.reader.atom(key, column.type.key)), let values = value.values {
                context.print(values[index].commandText)
            } else if mustExist {
                throw CommandError(
                    "no key \"\(key)\" in \(table.name) record \"\(context.argument(1))\" column \(column.name)")
            } else {
                context.print("")
            }
        }
    }

    /// Lets `id` stand for a row that is there.
    private static func name(_ row: RowID, _ id: String, _ context: CommandContext) throws {
        let isUsed = context.symbols.contains(id)
        var symbol = try context.symbols.create(id)
        guard !isUsed else {
            throw CommandError("row id \"\(id)\" specified on \"get\" command was used before it was defined")
        }
        symbol.uuid = row.uuid
        // The row is held by others already.
        symbol.isHeld = true
        context.symbols[id] = symbol
    }

    // MARK: list and find

    /// The columns that `--columns` names, or all; nil stands for the UUID.
    private static func columns(_ names: String?, _ table: TableSchema) throws -> [ColumnSchema?] {
        guard let names else { return [nil] + table.columns.keys.inByteOrder.map { table.columns[$0] } }
        let words = names.split { $0 == "," || $0 == " " }.map(String.init)
        guard !words.isEmpty else { throw CommandError("must specify at least one column name") }
        return try words.map { $0.lowercased() == "_uuid" ? nil : try table.column(named: $0) }
    }

    private static func prepareList(
        _ invocation: Invocation, _ selection: inout ColumnSelection, _ preparation: Preparation
    ) throws -> TableSchema {
        let table = try preparation.schema.table(named: invocation.arguments[0])
        selection.add(namesOf: table.name)
        let names = invocation.options.first { $0.name == "--columns" }?.value
        for case let column? in try columns(names, table) { selection.add(table.name, [column.name]) }
        return table
    }

    private static func list(_ context: CommandContext) throws {
        let table = try context.transaction.schema.table(named: context.argument(0))
        let words = context.invocation.arguments.dropFirst()
        let mustExist = !context.has("--if-exists")
        let rows =
            words.isEmpty
            ? context.transaction.rows(table.name)
            : try words.compactMap { try context.transaction.row(table.name, $0, mustExist: mustExist) }
        try show(rows, table, context)
    }

    private static func find(_ context: CommandContext) throws {
        let table = try context.transaction.schema.table(named: context.argument(0))
        // Without rows nobody looks at the conditions, as OVS does not.
        let rows = try context.transaction.rows(table.name).filter { row in
            try context.invocation.arguments.dropFirst().allSatisfy {
                try RowFilter($0, table, context.reader).holds(row, context.transaction)
            }
        }
        try show(rows, table, context)
    }

    private static func show(_ rows: [RowID], _ table: TableSchema, _ context: CommandContext) throws {
        let columns = try columns(context.value("--columns"), table)
        var result = Table(headings: columns.map { $0?.name ?? "_uuid" })
        for row in rows {
            result.rows.append(
                columns.map { column in
                    guard let column else {
                        return Table.Cell(value: .uuid(row.uuid), type: ColumnType(BaseType(.uuid)))
                    }
                    return Table.Cell(value: context.transaction[row, column.name], type: column.type)
                })
        }
        context.result.table = result
    }

    // MARK: wait-until

    private static func waitUntil(_ context: CommandContext) throws {
        let table = try context.transaction.schema.table(named: context.argument(0))
        guard let row = try context.transaction.row(table.name, context.argument(1), mustExist: false) else {
            context.mustWait = true
            return
        }
        for text in context.invocation.arguments.dropFirst(2) {
            guard try RowFilter(text, table, context.reader).holds(row, context.transaction) else {
                context.mustWait = true
                return
            }
        }
    }
}
