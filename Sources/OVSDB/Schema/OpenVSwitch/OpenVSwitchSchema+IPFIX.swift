extension OpenVSwitchSchema {
    /// IPFIX: IPFIX export.
    package struct IPFIX: SchemaTable {
        package static let name = "IPFIX"
        package static let table = IPFIX()

        package let targets = Column<[String]>("targets")
        package let sampling = Column<Int64?>("sampling", of: .integer(1...4_294_967_295))
        package let obsDomainID = Column<Int64?>("obs_domain_id", of: .integer(0...4_294_967_295))
        package let obsPointID = Column<Int64?>("obs_point_id", of: .integer(0...4_294_967_295))
        package let cacheActiveTimeout = Column<Int64?>("cache_active_timeout", of: .integer(0...4200))
        package let cacheMaxFlows = Column<Int64?>("cache_max_flows", of: .integer(0...4_294_967_295))
        package let otherConfig = Column<[String: String]>("other_config")
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
