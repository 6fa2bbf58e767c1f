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
            context.transaction.set(row, \Tables.Bridge.failMode, nil)
        },
        .bridges("set-fail-mode", 2...2, "BRIDGE MODE", mayWrite: true, run: setFailMode),
    ]

    private static let columns: @Sendable (inout ColumnSelection) -> Void = {
        $0.addBridges()
        $0.add(Tables.Controller.self, \.target, \.inactivityProbe)
    }

    private static func get(_ context: CommandContext) throws {
        guard let row = try context.bridge(context.argument(0)).realRow else { return }
        let controllers = controllers(row, context)
        context.print(sorted: controllers.map { context.transaction[$0, \Tables.Controller.target] })
    }

    private static func delete(_ context: CommandContext) throws {
        let row = try context.realBridge(context.argument(0))
        let controllers = controllers(row, context)
        guard !controllers.isEmpty else { return }
        for controller in controllers { context.transaction.delete(controller) }
        context.transaction.set(row, \Tables.Bridge.controller, [])
    }

    private static func set(_ context: CommandContext) throws {
        let row = try context.realBridge(context.argument(0))
        for controller in controllers(row, context) { context.transaction.delete(controller) }
        let targets = context.invocation.arguments.dropFirst()
        let rows = targets.map { target in
            context.checkTarget(target)
            return context.insert(Tables.Controller.self) {
                $0.target = target
                $0.inactivityProbe = context.inactivityProbe
            }
        }
        context.transaction.set(row, \Tables.Bridge.controller, rows.map(\.uuid))
    }

    private static func controllers(_ row: RowID, _ context: CommandContext) -> [RowID] {
        context.transaction.verify(row, \Tables.Bridge.controller)
        let controllers = context.transaction.references(row, \Tables.Bridge.controller)
        for controller in controllers { context.transaction.verify(controller, \Tables.Controller.target) }
        return controllers
    }

    // MARK: Fail mode

    private static func getFailMode(_ context: CommandContext) throws {
        guard let row = try context.bridge(context.argument(0)).realRow else { return }
        context.transaction.verify(row, \Tables.Bridge.failMode)
        if let mode = context.transaction[row, \Tables.Bridge.failMode], !mode.isEmpty { context.print(mode) }
    }

    private static func setFailMode(_ context: CommandContext) throws {
        let row = try context.realBridge(context.argument(0))
        let mode = context.argument(1)
        guard mode == "standalone" || mode == "secure" else {
            throw CommandError("fail-mode must be \"standalone\" or \"secure\"")
        }
        context.transaction.set(row, \Tables.Bridge.failMode, mode)
    }
}

extension CommandContext {
    /// Warns of a peer that cannot be connected to.
    func checkTarget(_ target: String) {
        let kinds = ["tcp:", "unix:", "ssl:", "ptcp:", "punix:", "pssl:"]
        if !kinds.contains(where: { target.hasPrefix($0) }) { warn("target type \"\(target)\" is possibly erroneous") }
    }

    /// The probes that the option asks for, in milliseconds.
    var inactivityProbe: Int64? { value("--inactivity-probe").map { Int64(atoll($0)) } }
}
