extension OpenVSwitchSchema {
    /// Bridge: bridges.
    package struct Bridge: SchemaTable {
        package static let name = "Bridge"
        package static let table = Bridge()
        package static var indexes: [[PartialKeyPath<Self>]] { [[\.name]] }

        package let name = Column<String>("name", is: .fixed)
        package let datapathType = Column<String>("datapath_type")
        package let datapathVersion = Column<String>("datapath_version")
        package let datapathID = Column<String?>("datapath_id", is: .ephemeral)
        package let stpEnable = Column<Bool>("stp_enable")
        package let rstpEnable = Column<Bool>("rstp_enable")
        package let mcastSnoopingEnable = Column<Bool>("mcast_snooping_enable")
        package let ports = Column<[UUIDValue]>("ports", of: .row(Port.self))
        package let mirrors = Column<[UUIDValue]>("mirrors", of: .row(Mirror.self))
        package let netflow = Column<UUIDValue?>("netflow", of: .row(NetFlow.self))
        package let sflow = Column<UUIDValue?>("sflow", of: .row(SFlow.self))
        package let ipfix = Column<UUIDValue?>("ipfix", of: .row(IPFIX.self))
        package let controller = Column<[UUIDValue]>("controller", of: .row(Controller.self))
        package let protocols = Column<[String]>(
            "protocols",
            of: .string(
                oneOf: "OpenFlow10", "OpenFlow11", "OpenFlow12", "OpenFlow13", "OpenFlow14", "OpenFlow15"))
        package let failMode = Column<String?>("fail_mode", of: .string(oneOf: "standalone", "secure"))
        package let status = Column<[String: String]>("status", is: .ephemeral)
        package let rstpStatus = Column<[String: String]>("rstp_status", is: .ephemeral)
        package let otherConfig = Column<[String: String]>("other_config")
        package let externalIDs = Column<[String: String]>("external_ids")
        package let floodVLANs = Column<[Int64]>("flood_vlans", of: .integer(0...4095), count: 0...4096)
        package let flowTables = Column<[Int64: UUIDValue]>(
            "flow_tables", of: .integer(0...254), to: .row(FlowTable.self))
        package let autoAttach = Column<UUIDValue?>("auto_attach", of: .row(AutoAttach.self))
    }
}
