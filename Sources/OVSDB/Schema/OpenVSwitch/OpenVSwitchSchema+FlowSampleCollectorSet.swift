extension OpenVSwitchSchema {
    /// Flow_Sample_Collector_Set: collectors of sampled flows.
    static var flowSampleCollectorSet: TableSchema {
        TableSchema(
            name: "Flow_Sample_Collector_Set", isRoot: true, indexes: [["id", "bridge"]],
            columns: [
                .column("id", .one(.integer(0...4_294_967_295))),
                .column("bridge", .one(.row("Bridge"))),
                .column("ipfix", .optional(.row("IPFIX"))),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
