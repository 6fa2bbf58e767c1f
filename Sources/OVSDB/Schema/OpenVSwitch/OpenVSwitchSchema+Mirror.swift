extension OpenVSwitchSchema {
    /// Mirror: mirrored ports of bridges.
    static var mirror: TableSchema {
        TableSchema(
            name: "Mirror",
            columns: [
                .column("name", .one(.string)),
                .column("select_all", .one(.boolean)),
                .column("select_src_port", .set(.weakRow("Port"))),
                .column("select_dst_port", .set(.weakRow("Port"))),
                .column("select_vlan", .set(.integer(0...4095), 0...4096)),
                .column("output_port", .optional(.weakRow("Port"))),
                .column("output_vlan", .optional(.integer(1...4095))),
                .column("snaplen", .optional(.integer(14...65535))),
                .column("statistics", .map(.string, .integer), .ephemeral),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
