import OVSDB

/// The overview: rows within the rows that refer to them.
enum ShowCommand {
    /// How rows of one table are shown.
    private struct Form {
        /// The column that names a row; nil shows its UUID.
        var name: String?
        var columns: [String]
    }

    private static let forms: [String: Form] = [
        "Open_vSwitch": Form(columns: ["manager_options", "bridges", "ovs_version"]),
        "Bridge": Form(name: "name", columns: ["controller", "fail_mode", "datapath_type", "ports"]),
        "Port": Form(name: "name", columns: ["tag", "trunks", "interfaces"]),
        "Interface": Form(name: "name", columns: ["type", "options", "error", "bfd_status"]),
        "Controller": Form(name: "target", columns: ["is_connected"]),
        "Manager": Form(name: "target", columns: ["is_connected"]),
    ]

    static let syntax = CommandSyntax.over(
        { selection in
            for (table, form) in forms {
                for column in form.columns + [form.name].compactMap({ $0 }) { selection.add(table, column) }
            }
        }, "show"
    ) { context in
        for row in context.transaction.rows("Open_vSwitch") { show(row, 0, [], context) }
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
