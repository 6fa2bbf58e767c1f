extension OpenVSwitchSchema {
    /// Controller: OpenFlow controllers.
    static var controller: TableSchema {
        TableSchema(
            name: "Controller",
            columns: [
                .column("type", .optional(.string(oneOf: "primary", "service"))),
                .column("target", .one(.string)),
                .column("max_backoff", .optional(.integer(atLeast: 1000))),
                .column("inactivity_probe", .optional(.integer)),
                .column("connection_mode", .optional(.string(oneOf: "in-band", "out-of-band"))),
                .column("local_ip", .optional(.string)),
                .column("local_netmask", .optional(.string)),
                .column("local_gateway", .optional(.string)),
                .column("enable_async_messages", .optional(.boolean)),
                .column("controller_queue_size", .optional(.integer(1...512))),
                .column("controller_rate_limit", .optional(.integer(atLeast: 100))),
                .column("controller_burst_limit", .optional(.integer(atLeast: 25))),
                .column("other_config", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
                .column("is_connected", .one(.boolean), .ephemeral),
                .column("role", .optional(.string(oneOf: "other", "master", "slave")), .ephemeral),
                .column("status", .map(.string, .string), .ephemeral),
            ])
    }
}
