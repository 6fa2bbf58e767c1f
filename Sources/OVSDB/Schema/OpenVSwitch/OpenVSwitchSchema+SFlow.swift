extension OpenVSwitchSchema {
    /// sFlow: sFlow export.
    static var sFlow: TableSchema {
        TableSchema(
            name: "sFlow",
            columns: [
                .column("targets", .set(.string, 1...Int.max)),
                .column("sampling", .optional(.integer)),
                .column("polling", .optional(.integer)),
                .column("header", .optional(.integer)),
                .column("agent", .optional(.string)),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
