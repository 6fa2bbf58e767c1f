extension OpenVSwitchSchema {
    /// CT_Zone: connection tracking zones of datapaths.
    static var ctZone: TableSchema {
        TableSchema(
            name: "CT_Zone",
            columns: [
                .column("timeout_policy", .optional(.row("CT_Timeout_Policy"))),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
