extension OpenVSwitchSchema {
    /// Manager: remotes of the database.
    static var manager: TableSchema {
        TableSchema(
            name: "Manager", indexes: [["target"]],
            columns: [
                .column("target", .one(.string)),
                .column("max_backoff", .optional(.integer(atLeast: 1000))),
                .column("inactivity_probe", .optional(.integer)),
                .column("connection_mode", .optional(.string(oneOf: "in-band", "out-of-band"))),
                .column("other_config", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
                .column("is_connected", .one(.boolean), .ephemeral),
                .column("status", .map(.string, .string), .ephemeral),
            ])
    }
}
