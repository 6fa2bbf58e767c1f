extension OpenVSwitchSchema {
    /// Mirror: mirrored ports of bridges.
    package struct Mirror: SchemaTable {
        package static let name = "Mirror"
        package static let table = Mirror()

        package let name = Column<String>("name")
        package let selectAll = Column<Bool>("select_all")
        package let selectSrcPort = Column<[UUIDValue]>("select_src_port", of: .weakRow(Port.self))
        package let selectDstPort = Column<[UUIDValue]>("select_dst_port", of: .weakRow(Port.self))
        package let selectVLAN = Column<[Int64]>("select_vlan", of: .integer(0...4095), count: 0...4096)
        package let outputPort = Column<UUIDValue?>("output_port", of: .weakRow(Port.self))
        package let outputVLAN = Column<Int64?>("output_vlan", of: .integer(1...4095))
        package let snaplen = Column<Int64?>("snaplen", of: .integer(14...65535))
        package let statistics = Column<[String: Int64]>("statistics", is: .ephemeral)
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
