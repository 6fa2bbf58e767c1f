import OVSDB

/// Commands over the switch as a whole.
enum GeneralCommands {
    static let all: [CommandSyntax] = [
        // There is nothing to do that does not happen anyway: the one row of the table Open_vSwitch is made.
        .over({ _ in }, "init", mayWrite: true) { _ in },
        .over({ _ in }, "comment", 0...Int.max, "[ARG]...") { _ in },
        .over(resetColumns, "emer-reset", mayWrite: true, run: reset),
    ]

    private static let resetColumns: @Sendable (inout ColumnSelection) -> Void = {
        $0.add(Tables.Root.self, \.managerOptions, \.ssl)
        $0.add(
            Tables.Bridge.self, \.controller, \.failMode, \.mirrors, \.netflow, \.sflow, \.ipfix, \.floodVLANs,
            \.otherConfig)
        $0.add(Tables.Port.self, \.otherConfig)
        $0.add(Tables.Interface.self, \.ingressPolicingRate, \.ingressPolicingBurst)
        $0.add(Tables.FlowSampleCollectorSet.self)
    }

    private static func reset(_ context: CommandContext) throws {
        let transaction = context.transaction
        transaction.set(context.root, \Tables.Root.managerOptions, [])
        transaction.set(context.root, \Tables.Root.ssl, nil)
        for bridge in transaction.rows(Tables.Bridge.self) { reset(bridge: bridge, transaction) }
        for port in transaction.rows(Tables.Port.self) { transaction.set(port, \Tables.Port.otherConfig, [:]) }
        for interface in transaction.rows(Tables.Interface.self) {
            transaction.set(interface, \Tables.Interface.ingressPolicingRate, 0)
            transaction.set(interface, \Tables.Interface.ingressPolicingBurst, 0)
        }
        let tables: [any SchemaTable.Type] = [
            Tables.Mirror.self, Tables.Controller.self, Tables.Manager.self, Tables.NetFlow.self, Tables.SSL.self,
            Tables.SFlow.self, Tables.IPFIX.self, Tables.FlowSampleCollectorSet.self,
        ]
        for table in tables {
            for row in transaction.rows(table.name) { transaction.delete(row) }
        }
        context.forgetModel()
    }

    private static func reset(bridge: RowID, _ transaction: DatabaseTransaction) {
        transaction.set(bridge, \Tables.Bridge.controller, [])
        transaction.set(bridge, \Tables.Bridge.failMode, nil)
        transaction.set(bridge, \Tables.Bridge.mirrors, [])
        transaction.set(bridge, \Tables.Bridge.netflow, nil)
        transaction.set(bridge, \Tables.Bridge.sflow, nil)
        transaction.set(bridge, \Tables.Bridge.ipfix, nil)
        transaction.set(bridge, \Tables.Bridge.floodVLANs, [])
        // The bridge's address survives.
        let rest = transaction[bridge, \Tables.Bridge.otherConfig].filter { $0.key == "hwaddr" }
        transaction.set(bridge, \Tables.Bridge.otherConfig, rest)
    }
}
