extension OpenVSwitchSchema {
    /// NetFlow: NetFlow export.
    static var netFlow: TableSchema {
        TableSchema(
            name: "NetFlow",
            columns: [
                .column("targets", .set(.string, 1...Int.max)),
                .column("engine_type", .optional(.integer(0...255))),
                .column("engine_id", .optional(.integer(0...255))),
                .column("add_id_to_interface", .one(.boolean)),
                .column("active_timeout", .one(.integer(atLeast: -1))),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
