extension OpenVSwitchSchema {
    /// CT_Timeout_Policy: timeouts of connection tracking zones.
    package struct ConntrackTimeoutPolicy: SchemaTable {
        package static let name = "CT_Timeout_Policy"
        package static let table = ConntrackTimeoutPolicy()

        package let timeouts = Column<[String: Int64]>(
            "timeouts",
            of: .string(
                oneOf: "tcp_syn_sent", "tcp_syn_recv", "tcp_established", "tcp_fin_wait", "tcp_close_wait",
                "tcp_last_ack", "tcp_time_wait", "tcp_close", "tcp_syn_sent2", "tcp_retransmit", "tcp_unack",
                "udp_first", "udp_single", "udp_multiple", "icmp_first", "icmp_reply"), to: .integer(0...4_294_967_295))
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
