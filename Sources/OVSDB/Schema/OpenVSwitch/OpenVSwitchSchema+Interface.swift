extension OpenVSwitchSchema {
    /// Interface: interfaces of ports.
    static var interface: TableSchema {
        TableSchema(
            name: "Interface", indexes: [["name"]],
            columns: [
                .column("name", .one(.string), .fixed),
                .column("type", .one(.string)),
                .column("options", .map(.string, .string)),
                .column("ingress_policing_rate", .one(.integer(atLeast: 0))),
                .column("ingress_policing_burst", .one(.integer(atLeast: 0))),
                .column("ingress_policing_kpkts_rate", .one(.integer(atLeast: 0))),
                .column("ingress_policing_kpkts_burst", .one(.integer(atLeast: 0))),
                .column("mac_in_use", .optional(.string), .ephemeral),
                .column("mac", .optional(.string)),
                .column("ifindex", .optional(.integer(0...4_294_967_295)), .ephemeral),
                .column("external_ids", .map(.string, .string)),
                .column("ofport", .optional(.integer)),
                .column("ofport_request", .optional(.integer(1...65279))),
                .column("bfd", .map(.string, .string)),
                .column("bfd_status", .map(.string, .string), .ephemeral),
                .column("cfm_mpid", .optional(.integer)),
                .column("cfm_remote_mpids", .set(.integer), .ephemeral),
                .column("cfm_flap_count", .optional(.integer)),
                .column("cfm_fault", .optional(.boolean), .ephemeral),
                .column("cfm_fault_status", .set(.string), .ephemeral),
                .column("cfm_remote_opstate", .optional(.string(oneOf: "up", "down")), .ephemeral),
                .column("cfm_health", .optional(.integer(0...100)), .ephemeral),
                .column("lacp_current", .optional(.boolean), .ephemeral),
                .column("lldp", .map(.string, .string)),
                .column("other_config", .map(.string, .string)),
                .column("statistics", .map(.string, .integer), .ephemeral),
                .column("status", .map(.string, .string), .ephemeral),
                .column("admin_state", .optional(.string(oneOf: "up", "down")), .ephemeral),
                .column("link_state", .optional(.string(oneOf: "up", "down")), .ephemeral),
                .column("link_resets", .optional(.integer), .ephemeral),
                .column("link_speed", .optional(.integer), .ephemeral),
                .column("duplex", .optional(.string(oneOf: "half", "full")), .ephemeral),
                .column("mtu", .optional(.integer), .ephemeral),
                .column("mtu_request", .optional(.integer(atLeast: 1))),
                .column("error", .optional(.string)),
            ])
    }
}
