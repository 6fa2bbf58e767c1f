extension OpenVSwitchSchema {
    /// NetFlow: NetFlow export.
    package struct NetFlow: SchemaTable {
        package static let name = "NetFlow"
        package static let table = NetFlow()

        package let targets = Column<[String]>("targets", count: 1...Int.max)
        package let engineType = Column<Int64?>("engine_type", of: .integer(0...255))
        package let engineID = Column<Int64?>("engine_id", of: .integer(0...255))
        package let addIDToInterface = Column<Bool>("add_id_to_interface")
        package let activeTimeout = Column<Int64>("active_timeout", of: .integer(atLeast: -1))
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
