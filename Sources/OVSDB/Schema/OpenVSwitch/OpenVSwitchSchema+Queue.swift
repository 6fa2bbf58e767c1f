extension OpenVSwitchSchema {
    /// Queue: queues of QoS rows.
    static var queue: TableSchema {
        TableSchema(
            name: "Queue", isRoot: true,
            columns: [
                .column("dscp", .optional(.integer(0...63))),
                .column("other_config", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
