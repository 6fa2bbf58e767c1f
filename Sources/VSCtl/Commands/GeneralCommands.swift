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
        $0.add("Open_vSwitch", "manager_options", "ssl")
        $0.add(
            "Bridge", "controller", "fail_mode", "mirrors", "netflow", "sflow", "ipfix", "flood_vlans", "other_config")
        $0.add("Port", "other_config")
        $0.add("Interface", "ingress_policing_rate", "ingress_policing_burst")
        $0.add("Flow_Sample_Collector_Set")
    }

    private static func reset(_ context: CommandContext) throws {
        let transaction = context.transaction
        transaction.set(context.root, "manager_options", .empty)
        transaction.set(context.root, "ssl", .empty)
        for bridge in transaction.rows("Bridge") {
            for column in ["controller", "fail_mode", "mirrors", "netflow", "sflow", "ipfix", "flood_vlans"] {
                transaction.set(bridge, column, .empty)
            }
            // The bridge's address survives.
            let address = transaction[bridge, "other_config"]["hwaddr"]
            transaction.set(bridge, "other_config", address.map { .map(["hwaddr": $0]) } ?? .emptyMap)
        }
        for port in transaction.rows("Port") { transaction.set(port, "other_config", .emptyMap) }
        for interface in transaction.rows("Interface") {
            transaction.set(interface, "ingress_policing_rate", .integer(0))
            transaction.set(interface, "ingress_policing_burst", .integer(0))
        }
        let tables = [
            "Mirror", "Controller", "Manager", "NetFlow", "SSL", "sFlow", "IPFIX", "Flow_Sample_Collector_Set",
        ]
        for table in tables {
            for row in transaction.rows(table) { transaction.delete(row) }
        }
        context.forgetModel()
    }
}
