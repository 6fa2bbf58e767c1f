import OVSDB

/// The overview: rows within the rows that refer to them.
enum ShowCommand {
    /// How rows of one table are shown.
    private struct Form {
        /// The column that names a row; nil shows its UUID.
        let name: String?
        let columns: [String]

        init<Table: SchemaTable>(_ name: KeyPath<Table, Column<String>>?, _ columns: PartialKeyPath<Table>...) {
            self.name = name.map { Table.table[keyPath: $0].name }
            self.columns = Table.names(columns)
        }
    }

    private static let forms: [String: Form] = [
        Tables.Root.name: Form(nil as KeyPath<Tables.Root, Column<String>>?, \.managerOptions, \.bridges, \.ovsVersion),
        Tables.Bridge.name: Form(\Tables.Bridge.name, \.controller, \.failMode, \.datapathType, \.ports),
        Tables.Port.name: Form(\Tables.Port.name, \.tag, \.trunks, \.interfaces),
        Tables.Interface.name: Form(\Tables.Interface.name, \.type, \.options, \.error, \.bfdStatus),
        Tables.Controller.name: Form(\Tables.Controller.target, \.isConnected),
        Tables.Manager.name: Form(\Tables.Manager.target, \.isConnected),
    ]

    static let syntax = CommandSyntax.over(
        { selection in
            for (table, form) in forms {
                selection.add(table, form.columns + [form.name].compactMap { $0 })
            }
        }, "show"
    ) { context in
        for row in context.transaction.rows(Tables.Root.self) { show(row, 0, [], context) }
    }

    /// - Parameter within: the tables of the rows around this one, which are not shown again.
    private static func show(_ row: RowID, _ depth: Int, _ within: Set<String>, _ context: CommandContext) {
        let transaction = context.transaction
        let indent = String(repeating: "    ", count: depth)
        let form = forms[row.table]
        if let name = form?.name {
            let type = transaction.type(row.table, name)
            context.print("\(indent)\(row.table) \(transaction[row, name].commandText(type))")
        } else {
            context.print("\(indent)\(row.uuid)")
        }
        guard let form, !within.contains(row.table) else { return }
        for column in form.columns {
            let type = transaction.type(row.table, column)
            if let table = type.key.referencedTable, forms[table] != nil {
                for target in transaction.references(row, column) {
                    show(target, depth + 1, within.union([row.table]), context)
                }
                continue
            }
            let value = transaction[row, column]
            if value != type.defaultDatum { context.print("\(indent)    \(column): \(value.commandText(type))") }
        }
    }
}
