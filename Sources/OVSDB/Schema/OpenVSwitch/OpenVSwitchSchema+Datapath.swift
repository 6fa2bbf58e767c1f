extension OpenVSwitchSchema {
    /// Datapath: datapaths.
    static var datapath: TableSchema {
        TableSchema(
            name: "Datapath",
            columns: [
                .column("datapath_version", .one(.string)),
                .column("ct_zones", .map(.integer(0...65535), .row("CT_Zone"))),
                .column("capabilities", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
