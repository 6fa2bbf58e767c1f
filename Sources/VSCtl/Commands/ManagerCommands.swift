import OVSDB

/// Commands over where the database's server listens and connects to.
enum ManagerCommands {
    static let all: [CommandSyntax] = [
        .over(columns, "get-manager") { context in
            let targets = managers(context).map { context.transaction[$0, "target"].string ?? "" }
            context.print(sorted: Array(Set(targets)))
        },
        .over(columns, "del-manager", mayWrite: true, run: delete),
        .over(
            columns, "set-manager", 1...Int.max, "TARGET...", options: ["--inactivity-probe="], mayWrite: true
        ) { context in
            delete(context)
            let rows = context.invocation.arguments.map { context.insertTarget("Manager", $0) }
            context.set(context.root, "manager_options", rows)
        },
    ]

    private static let columns: @Sendable (inout ColumnSelection) -> Void = {
        $0.add("Open_vSwitch", "manager_options")
        $0.add("Manager", "target", "inactivity_probe")
    }

    private static func managers(_ context: CommandContext) -> [RowID] {
        context.transaction.verify(context.root, "manager_options")
        let managers = context.transaction.references(context.root, "manager_options")
        for manager in managers { context.transaction.verify(manager, "target") }
        return managers
    }

    private static func delete(_ context: CommandContext) {
        for manager in managers(context) { context.transaction.delete(manager) }
        context.transaction.set(context.root, "manager_options", .empty)
    }
}
