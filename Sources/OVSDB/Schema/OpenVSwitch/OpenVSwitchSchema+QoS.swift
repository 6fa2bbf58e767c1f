extension OpenVSwitchSchema {
    /// QoS: shaping of ports.
    package struct QoS: SchemaTable {
        package static let name = "QoS"
        package static let table = QoS()
        package static let isRoot = true

        package let type = Column<String>("type")
        package let queues = Column<[Int64: UUIDValue]>("queues", of: .integer(0...4_294_967_295), to: .row(Queue.self))
        package let otherConfig = Column<[String: String]>("other_config")
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
