extension OpenVSwitchSchema {
    /// Datapath: datapaths.
    package struct Datapath: SchemaTable {
        package static let name = "Datapath"
        package static let table = Datapath()

        package let datapathVersion = Column<String>("datapath_version")
        package let ctZones = Column<[Int64: UUIDValue]>(
            "ct_zones", of: .integer(0...65535), to: .row(ConntrackZone.self))
        package let capabilities = Column<[String: String]>("capabilities")
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
