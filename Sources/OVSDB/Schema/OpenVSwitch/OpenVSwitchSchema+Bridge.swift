extension OpenVSwitchSchema {
    /// Bridge: bridges.
    static var bridge: TableSchema {
        TableSchema(
            name: "Bridge", indexes: [["name"]],
            columns: [
                .column("name", .one(.string), .fixed),
                .column("datapath_type", .one(.string)),
                .column("datapath_version", .one(.string)),
                .column("datapath_id", .optional(.string), .ephemeral),
                .column("stp_enable", .one(.boolean)),
                .column("rstp_enable", .one(.boolean)),
                .column("mcast_snooping_enable", .one(.boolean)),
                .column("ports", .set(.row("Port"))),
                .column("mirrors", .set(.row("Mirror"))),
                .column("netflow", .optional(.row("NetFlow"))),
                .column("sflow", .optional(.row("sFlow"))),
                .column("ipfix", .optional(.row("IPFIX"))),
                .column("controller", .set(.row("Controller"))),
                .column(
                    "protocols",
                    .set(.string(oneOf:
                        "OpenFlow10", "OpenFlow11", "OpenFlow12", "OpenFlow13", "OpenFlow14", "OpenFlow15"
                    ))),
                .column("fail_mode", .optional(.string(oneOf: "standalone", "secure"))),
                .column("status", .map(.string, .string), .ephemeral),
                .column("rstp_status", .map(.string, .string), .ephemeral),
                .column("other_config", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
                .column("flood_vlans", .set(.integer(0...4095), 0...4096)),
                .column("flow_tables", .map(.integer(0...254), .row("Flow_Table"))),
                .column("auto_attach", .optional(.row("AutoAttach"))),
            ])
    }
}
