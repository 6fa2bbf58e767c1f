extension OpenVSwitchSchema {
    /// sFlow: sFlow export.
    package struct SFlow: SchemaTable {
        package static let name = "sFlow"
        package static let table = SFlow()

        package let targets = Column<[String]>("targets", count: 1...Int.max)
        package let sampling = Column<Int64?>("sampling")
        package let polling = Column<Int64?>("polling")
        package let header = Column<Int64?>("header")
        package let agent = Column<String?>("agent")
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
