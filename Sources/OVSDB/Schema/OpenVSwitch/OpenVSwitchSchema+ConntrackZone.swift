extension OpenVSwitchSchema {
    /// CT_Zone: connection tracking zones of datapaths.
    package struct ConntrackZone: SchemaTable {
        package static let name = "CT_Zone"
        package static let table = ConntrackZone()

        package let timeoutPolicy = Column<UUIDValue?>("timeout_policy", of: .row(ConntrackTimeoutPolicy.self))
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
