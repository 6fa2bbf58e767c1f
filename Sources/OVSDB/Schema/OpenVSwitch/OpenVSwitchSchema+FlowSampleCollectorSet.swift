extension OpenVSwitchSchema {
    /// Flow_Sample_Collector_Set: collectors of sampled flows.
    package struct FlowSampleCollectorSet: SchemaTable {
        package static let name = "Flow_Sample_Collector_Set"
        package static let table = FlowSampleCollectorSet()
        package static let isRoot = true
        package static var indexes: [[PartialKeyPath<Self>]] { [[\.id, \.bridge]] }

        package let id = Column<Int64>("id", of: .integer(0...4_294_967_295))
        package let bridge = Column<UUIDValue>("bridge", of: .row(Bridge.self))
        package let ipfix = Column<UUIDValue?>("ipfix", of: .row(IPFIX.self))
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
