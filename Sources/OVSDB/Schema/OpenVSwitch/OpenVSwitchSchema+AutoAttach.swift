extension OpenVSwitchSchema {
    /// AutoAttach: auto attachment of bridges.
    static var autoAttach: TableSchema {
        TableSchema(
            name: "AutoAttach",
            columns: [
                .column("system_name", .one(.string)),
                .column("system_description", .one(.string)),
                .column("mappings", .map(.integer(0...16_777_215), .integer(0...4095))),
            ])
    }
}
