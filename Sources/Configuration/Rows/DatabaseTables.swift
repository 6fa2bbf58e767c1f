import OVSDB

/// The tables and columns that are followed. Status columns, which we write, raise no change when they come back.
enum DatabaseTables {
    static var monitored: [MonitoredTable] {
        [
            MonitoredTable(
                "Open_vSwitch", columns: ["bridges", "other_config", "next_cfg", "ssl", "manager_options"],
                silent: [
                    "cur_cfg", "ovs_version", "system_type", "system_version", "datapath_types", "iface_types",
                    "dpdk_initialized", "dpdk_version", "statistics",
                ]),
            MonitoredTable(
                "Bridge",
                columns: [
                    "name", "datapath_type", "ports", "fail_mode", "controller", "flood_vlans", "other_config",
                    "mirrors",
                    "netflow", "sflow", "ipfix", "stp_enable", "rstp_enable", "mcast_snooping_enable", "flow_tables",
                    "auto_attach", "protocols",
                ], silent: ["datapath_id", "datapath_version", "status"]),
            MonitoredTable(
                "Flow_Table", columns: ["name", "flow_limit", "overflow_policy", "groups", "prefixes"],
                isRequired: false),
            MonitoredTable(
                "Controller",
                columns: [
                    "target", "type", "connection_mode", "max_backoff", "inactivity_probe", "enable_async_messages",
                    "controller_queue_size", "controller_rate_limit", "controller_burst_limit", "local_ip",
                    "local_netmask", "local_gateway", "other_config",
                ], silent: ["is_connected", "role", "status"]),
            MonitoredTable("Manager", columns: ["target", "connection_mode"], isRequired: false),
            MonitoredTable("SSL", columns: ["private_key", "certificate", "ca_cert", "bootstrap_ca_cert"]),
            MonitoredTable("QoS", columns: ["type", "queues"], isRequired: false),
            MonitoredTable("Queue", columns: ["dscp"], isRequired: false),
            MonitoredTable(
                "Port",
                columns: [
                    "name", "interfaces", "tag", "trunks", "vlan_mode", "other_config", "qos", "lacp", "protected",
                    "cvlans", "mac",
                    "fake_bridge",
                ]),
            MonitoredTable(
                "Interface",
                columns: [
                    "name", "type", "options", "other_config", "mac", "mtu_request", "ofport_request", "bfd", "lldp",
                    "cfm_mpid", "ingress_policing_rate", "ingress_policing_kpkts_rate",
                ],
                silent: [
                    "ofport", "error", "admin_state", "link_state", "link_speed", "link_resets", "duplex", "mac_in_use",
                    "mtu", "ifindex", "statistics", "status",
                ]),
        ]
    }
}
