extension OpenVSwitchSchema {
    /// Open_vSwitch: the switch as a whole; one row.
    static var openVSwitch: TableSchema {
        TableSchema(
            name: "Open_vSwitch", isRoot: true, maximumRows: 1,
            columns: [
                .column("datapaths", .map(.string, .row("Datapath"))),
                .column("bridges", .set(.row("Bridge"))),
                .column("manager_options", .set(.row("Manager"))),
                .column("ssl", .optional(.row("SSL"))),
                .column("other_config", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
                .column("next_cfg", .one(.integer)),
                .column("cur_cfg", .one(.integer)),
                .column("statistics", .map(.string, .string), .ephemeral),
                .column("ovs_version", .optional(.string)),
                .column("db_version", .optional(.string)),
                .column("system_type", .optional(.string)),
                .column("system_version", .optional(.string)),
                .column("datapath_types", .set(.string)),
                .column("iface_types", .set(.string)),
                .column("dpdk_initialized", .one(.boolean)),
                .column("dpdk_version", .optional(.string)),
            ])
    }
}
