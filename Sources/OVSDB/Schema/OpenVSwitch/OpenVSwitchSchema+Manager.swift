extension OpenVSwitchSchema {
    /// Manager: remotes of the database.
    package struct Manager: SchemaTable {
        package static let name = "Manager"
        package static let table = Manager()
        package static var indexes: [[PartialKeyPath<Self>]] { [[\.target]] }

        package let target = Column<String>("target")
        package let maxBackoff = Column<Int64?>("max_backoff", of: .integer(atLeast: 1000))
        package let inactivityProbe = Column<Int64?>("inactivity_probe")
        package let connectionMode = Column<String?>("connection_mode", of: .string(oneOf: "in-band", "out-of-band"))
        package let otherConfig = Column<[String: String]>("other_config")
        package let externalIDs = Column<[String: String]>("external_ids")
        package let isConnected = Column<Bool>("is_connected", is: .ephemeral)
        package let status = Column<[String: String]>("status", is: .ephemeral)
    }
}
