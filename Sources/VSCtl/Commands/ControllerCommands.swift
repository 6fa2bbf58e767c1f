import Glibc
import OVSDB

/// Commands over OpenFlow controllers and what bridges do without them.
enum ControllerCommands {
    static let all: [CommandSyntax] = [
        .over(columns, "get-controller", 1...1, "BRIDGE", run: get),
        .over(columns, "del-controller", 1...1, "BRIDGE", mayWrite: true, run: delete),
        .over(
            columns, "set-controller", 1...Int.max, "BRIDGE TARGET...", options: ["--inactivity-probe="],
            mayWrite: true, run: set),
        .bridges("get-fail-mode", 1...1, "BRIDGE", run: getFailMode),
        .bridges("del-fail-mode", 1...1, "BRIDGE", mayWrite: true) { context in
            let row = try context.realBridge(context.argument(0))
            context.transaction.set(row, "fail_mode", .empty)
        },
        .bridges("set-fail-mode", 2...2, "BRIDGE MODE", mayWrite: true, run: setFailMode),
    ]

    private static let columns: @Sendable (inout ColumnSelection) -> Void = {
        $0.addBridges()
        $0.add("Controller", "target", "inactivity_probe")
    }

    private static func get(_ context: CommandContext) throws {
        guard let row = try context.bridge(context.argument(0)).realRow else { return }
        let controllers = controllers(row, context)
        context.print(sorted: controllers.map { context.transaction[$0, "target"].string ?? "" })
    }

    private static func delete(_ context: CommandContext) throws {
        let row = try context.realBridge(context.argument(0))
        let controllers = controllers(row, context)
        guard !controllers.isEmpty else { return }
        for controller in controllers { context.transaction.delete(controller) }
        context.transaction.set(row, "controller", .empty)
    }

    private static func set(_ context: CommandContext) throws {
        let row = try context.realBridge(context.argument(0))
        for controller in controllers(row, context) { context.transaction.delete(controller) }
        let targets = context.invocation.arguments.dropFirst()
        context.set(row, "controller", targets.map { context.insertTarget("Controller", $0) })
    }

    private static func controllers(_ row: RowID, _ context: CommandContext) -> [RowID] {
        context.transaction.verify(row, "controller")
        let controllers = context.transaction.references(row, "controller")
        for controller in controllers { context.transaction.verify(controller, "target") }
        return controllers
    }

    // MARK: Fail mode

    private static func getFailMode(_ context: CommandContext) throws {
        guard let row = try context.bridge(context.argument(0)).realRow else { return }
        context.transaction.verify(row, "fail_mode")
        if let mode = context.transaction[row, "fail_mode"].string, !mode.isEmpty { context.print(mode) }
    }

    private static func setFailMode(_ context: CommandContext) throws {
        let row = try context.realBridge(context.argument(0))
        let mode = context.argument(1)
        guard mode == "standalone" || mode == "secure" else {
            throw CommandError("fail-mode must be \"standalone\" or \"secure\"")
        }
        context.transaction.set(row, "fail_mode", .string(mode))
    }
}

extension CommandContext {
    /// Adds a row of `table` for a peer to connect to or be connected by, with the probes that the option asks for.
    func insertTarget(_ table: String, _ target: String) -> RowID {
        let kinds = ["tcp:", "unix:", "ssl:", "ptcp:", "punix:", "pssl:"]
        if !kinds.contains(where: { target.hasPrefix($0) }) { warn("target type \"\(target)\" is possibly erroneous") }
        var columns: [String: Datum] = ["target": .string(target)]
        columns["inactivity_probe"] = value("--inactivity-probe").map { .integer(Int64(atoll($0))) }
        return insert(table, columns)
    }
}
