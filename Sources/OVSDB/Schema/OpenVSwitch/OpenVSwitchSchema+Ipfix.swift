extension OpenVSwitchSchema {
    /// IPFIX: IPFIX export.
    static var ipfix: TableSchema {
        TableSchema(
            name: "IPFIX",
            columns: [
                .column("targets", .set(.string)),
                .column("sampling", .optional(.integer(1...4_294_967_295))),
                .column("obs_domain_id", .optional(.integer(0...4_294_967_295))),
                .column("obs_point_id", .optional(.integer(0...4_294_967_295))),
                .column("cache_active_timeout", .optional(.integer(0...4200))),
                .column("cache_max_flows", .optional(.integer(0...4_294_967_295))),
                .column("other_config", .map(.string, .string)),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
