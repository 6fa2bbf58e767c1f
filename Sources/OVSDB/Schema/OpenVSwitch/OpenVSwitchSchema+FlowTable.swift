extension OpenVSwitchSchema {
    /// Flow_Table: settings of OpenFlow tables.
    static var flowTable: TableSchema {
        TableSchema(
            name: "Flow_Table",
            columns: [
                .column("name", .optional(.string)),
                .column("flow_limit", .optional(.integer(atLeast: 0))),
                .column("overflow_policy", .optional(.string(oneOf: "refuse", "evict"))),
                .column("groups", .set(.string)),
                .column("prefixes", .set(.string, 0...3)),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
