extension OpenVSwitchSchema {
    /// SSL: keys and certificates.
    static var ssl: TableSchema {
        TableSchema(
            name: "SSL", maximumRows: 1,
            columns: [
                .column("private_key", .one(.string)),
                .column("certificate", .one(.string)),
                .column("ca_cert", .one(.string)),
                .column("bootstrap_ca_cert", .one(.boolean)),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
