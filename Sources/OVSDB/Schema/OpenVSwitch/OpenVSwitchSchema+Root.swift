extension OpenVSwitchSchema {
    /// Open_vSwitch: the switch as a whole; one row.
    package struct Root: SchemaTable {
        package static let name = "Open_vSwitch"
        package static let table = Root()
        package static let isRoot = true
        package static let maximumRows: Int64? = 1

        package let datapaths = Column<[String: UUIDValue]>("datapaths", to: .row(Datapath.self))
        package let bridges = Column<[UUIDValue]>("bridges", of: .row(Bridge.self))
        package let managerOptions = Column<[UUIDValue]>("manager_options", of: .row(Manager.self))
        package let ssl = Column<UUIDValue?>("ssl", of: .row(SSL.self))
        package let otherConfig = Column<[String: String]>("other_config")
        package let externalIDs = Column<[String: String]>("external_ids")
        package let nextCfg = Column<Int64>("next_cfg")
        package let curCfg = Column<Int64>("cur_cfg")
        package let statistics = Column<[String: String]>("statistics", is: .ephemeral)
        package let ovsVersion = Column<String?>("ovs_version")
        package let dbVersion = Column<String?>("db_version")
        package let systemType = Column<String?>("system_type")
        package let systemVersion = Column<String?>("system_version")
        package let datapathTypes = Column<[String]>("datapath_types")
        package let ifaceTypes = Column<[String]>("iface_types")
        package let dpdkInitialized = Column<Bool>("dpdk_initialized")
        package let dpdkVersion = Column<String?>("dpdk_version")
    }
}
