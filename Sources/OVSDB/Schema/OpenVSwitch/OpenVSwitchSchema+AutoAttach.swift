extension OpenVSwitchSchema {
    /// AutoAttach: auto attachment of bridges.
    package struct AutoAttach: SchemaTable {
        package static let name = "AutoAttach"
        package static let table = AutoAttach()

        package let systemName = Column<String>("system_name")
        package let systemDescription = Column<String>("system_description")
        package let mappings = Column<[Int64: Int64]>("mappings", of: .integer(0...16_777_215), to: .integer(0...4095))
    }
}
