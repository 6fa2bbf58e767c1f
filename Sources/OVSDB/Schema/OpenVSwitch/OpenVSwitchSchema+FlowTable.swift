extension OpenVSwitchSchema {
    /// Flow_Table: settings of OpenFlow tables.
    package struct FlowTable: SchemaTable {
        package static let name = "Flow_Table"
        package static let table = FlowTable()

        package let name = Column<String?>("name")
        package let flowLimit = Column<Int64?>("flow_limit", of: .integer(atLeast: 0))
        package let overflowPolicy = Column<String?>("overflow_policy", of: .string(oneOf: "refuse", "evict"))
        package let groups = Column<[String]>("groups")
        package let prefixes = Column<[String]>("prefixes", count: 0...3)
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
