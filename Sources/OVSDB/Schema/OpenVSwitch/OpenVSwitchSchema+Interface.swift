extension OpenVSwitchSchema {
    /// Interface: interfaces of ports.
    package struct Interface: SchemaTable {
        package static let name = "Interface"
        package static let table = Interface()
        package static var indexes: [[PartialKeyPath<Self>]] { [[\.name]] }

        package let name = Column<String>("name", is: .fixed)
        package let type = Column<String>("type")
        package let options = Column<[String: String]>("options")
        package let ingressPolicingRate = Column<Int64>("ingress_policing_rate", of: .integer(atLeast: 0))
        package let ingressPolicingBurst = Column<Int64>("ingress_policing_burst", of: .integer(atLeast: 0))
        package let ingressPolicingKpktsRate = Column<Int64>("ingress_policing_kpkts_rate", of: .integer(atLeast: 0))
        package let ingressPolicingKpktsBurst = Column<Int64>("ingress_policing_kpkts_burst", of: .integer(atLeast: 0))
        package let macInUse = Column<String?>("mac_in_use", is: .ephemeral)
        package let mac = Column<String?>("mac")
        package let ifindex = Column<Int64?>("ifindex", of: .integer(0...4_294_967_295), is: .ephemeral)
        package let externalIDs = Column<[String: String]>("external_ids")
        package let ofport = Column<Int64?>("ofport")
        package let ofportRequest = Column<Int64?>("ofport_request", of: .integer(1...65279))
        package let bfd = Column<[String: String]>("bfd")
        package let bfdStatus = Column<[String: String]>("bfd_status", is: .ephemeral)
        package let cfmMPID = Column<Int64?>("cfm_mpid")
        package let cfmRemoteMPIDs = Column<[Int64]>("cfm_remote_mpids", is: .ephemeral)
        package let cfmFlapCount = Column<Int64?>("cfm_flap_count")
        package let cfmFault = Column<Bool?>("cfm_fault", is: .ephemeral)
        package let cfmFaultStatus = Column<[String]>("cfm_fault_status", is: .ephemeral)
        package let cfmRemoteOpstate = Column<String?>(
            "cfm_remote_opstate", of: .string(oneOf: "up", "down"), is: .ephemeral)
        package let cfmHealth = Column<Int64?>("cfm_health", of: .integer(0...100), is: .ephemeral)
        package let lacpCurrent = Column<Bool?>("lacp_current", is: .ephemeral)
        package let lldp = Column<[String: String]>("lldp")
        package let otherConfig = Column<[String: String]>("other_config")
        package let statistics = Column<[String: Int64]>("statistics", is: .ephemeral)
        package let status = Column<[String: String]>("status", is: .ephemeral)
        package let adminState = Column<String?>("admin_state", of: .string(oneOf: "up", "down"), is: .ephemeral)
        package let linkState = Column<String?>("link_state", of: .string(oneOf: "up", "down"), is: .ephemeral)
        package let linkResets = Column<Int64?>("link_resets", is: .ephemeral)
        package let linkSpeed = Column<Int64?>("link_speed", is: .ephemeral)
        package let duplex = Column<String?>("duplex", of: .string(oneOf: "half", "full"), is: .ephemeral)
        package let mtu = Column<Int64?>("mtu", is: .ephemeral)
        package let mtuRequest = Column<Int64?>("mtu_request", of: .integer(atLeast: 1))
        package let error = Column<String?>("error")
    }
}
