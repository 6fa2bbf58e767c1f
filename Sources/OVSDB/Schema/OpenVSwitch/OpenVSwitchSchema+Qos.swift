extension OpenVSwitchSchema {
    /// QoS: shaping of ports.
    static var qos: TableSchema {
        TableSchema(
            name: "QoS", isRoot: true,
            columns: [
                .column("type", .one(.string)),
                .column("queues", .map(.integer(0...4_294_967_295), .row("Queue"))),
                .column("other_config", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
