extension OpenVSwitchSchema {
    /// Queue: queues of QoS rows.
    package struct Queue: SchemaTable {
        package static let name = "Queue"
        package static let table = Queue()
        package static let isRoot = true

        package let dscp = Column<Int64?>("dscp", of: .integer(0...63))
        package let otherConfig = Column<[String: String]>("other_config")
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
