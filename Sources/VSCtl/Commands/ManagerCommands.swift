import OVSDB

/// Commands over where the database's server listens and connects to.
enum ManagerCommands {
    static let all: [CommandSyntax] = [
        .over(columns, "get-manager") { context in
            let targets = managers(context).map { context.transaction[$0, \Tables.Manager.target] }
            context.print(sorted: Array(Set(targets)))
        },
        .over(columns, "del-manager", mayWrite: true, run: delete),
        .over(
            columns, "set-manager", 1...Int.max, "TARGET...", options: ["--inactivity-probe="], mayWrite: true
        ) { context in
            delete(context)
            let rows = context.invocation.arguments.map { target in
                context.checkTarget(target)
                return context.insert(Tables.Manager.self) {
                    $0.target = target
                    $0.inactivityProbe = context.inactivityProbe
                }
            }
            context.transaction.set(context.root, \Tables.Root.managerOptions, rows.map(\.uuid))
        },
    ]

    private static let columns: @Sendable (inout ColumnSelection) -> Void = {
        $0.add(Tables.Root.self, \.managerOptions)
        $0.add(Tables.Manager.self, \.target, \.inactivityProbe)
    }

    private static func managers(_ context: CommandContext) -> [RowID] {
        context.transaction.verify(context.root, \Tables.Root.managerOptions)
        let managers = context.transaction.references(context.root, \Tables.Root.managerOptions)
        for manager in managers { context.transaction.verify(manager, \Tables.Manager.target) }
        return managers
    }

    private static func delete(_ context: CommandContext) {
        for manager in managers(context) { context.transaction.delete(manager) }
        context.transaction.set(context.root, \Tables.Root.managerOptions, [])
    }
}
