extension OpenVSwitchSchema {
    /// CT_Timeout_Policy: timeouts of connection tracking zones.
    static var ctTimeoutPolicy: TableSchema {
        TableSchema(
            name: "CT_Timeout_Policy",
            columns: [
                .column(
                    "timeouts",
                    .map(.string(oneOf:
                        "tcp_syn_sent", "tcp_syn_recv", "tcp_established", "tcp_fin_wait", "tcp_close_wait",
                        "tcp_last_ack", "tcp_time_wait", "tcp_close", "tcp_syn_sent2", "tcp_retransmit",
                        "tcp_unack", "udp_first", "udp_single", "udp_multiple", "icmp_first", "icmp_reply"),
                        .integer(0...4_294_967_295
                    ))),
                .column("external_ids", .map(.string, .string)),
            ])
    }
}
