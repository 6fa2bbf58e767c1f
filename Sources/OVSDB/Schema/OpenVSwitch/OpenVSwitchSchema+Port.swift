extension OpenVSwitchSchema {
    /// Port: ports of bridges.
    static var port: TableSchema {
        TableSchema(
            name: "Port", indexes: [["name"]],
            columns: [
                .column("name", .one(.string), .fixed),
                .column("interfaces", .set(.row("Interface"), 1...Int.max)),
                .column("trunks", .set(.integer(0...4095), 0...4096)),
                .column("cvlans", .set(.integer(0...4095), 0...4096)),
                .column("tag", .optional(.integer(0...4095))),
                .column(
                    "vlan_mode",
                    .optional(.string(oneOf:
                        "trunk", "access", "native-tagged", "native-untagged", "dot1q-tunnel"
                    ))),
                .column("qos", .optional(.row("QoS"))),
                .column("mac", .optional(.string)),
                .column("bond_mode", .optional(.string(oneOf: "balance-tcp", "balance-slb", "active-backup"))),
                .column("lacp", .optional(.string(oneOf: "active", "passive", "off"))),
                .column("bond_updelay", .one(.integer)),
                .column("bond_downdelay", .one(.integer)),
                .column("bond_active_slave", .optional(.string)),
                .column("bond_fake_iface", .one(.boolean)),
                .column("fake_bridge", .one(.boolean)),
                .column("status", .map(.string, .string), .ephemeral),
                .column("rstp_status", .map(.string, .string), .ephemeral),
                .column("rstp_statistics", .map(.string, .integer), .ephemeral),
                .column("statistics", .map(.string, .integer), .ephemeral),
                .column("protected", .one(.boolean)),
                .column("other_config", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
