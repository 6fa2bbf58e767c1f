extension OpenVSwitchSchema {
    /// Port: ports of bridges.
    package struct Port: SchemaTable {
        package static let name = "Port"
        package static let table = Port()
        package static var indexes: [[PartialKeyPath<Self>]] { [[\.name]] }

        package let name = Column<String>("name", is: .fixed)
        package let interfaces = Column<[UUIDValue]>("interfaces", of: .row(Interface.self), count: 1...Int.max)
        package let trunks = Column<[Int64]>("trunks", of: .integer(0...4095), count: 0...4096)
        package let cvlans = Column<[Int64]>("cvlans", of: .integer(0...4095), count: 0...4096)
        package let tag = Column<Int64?>("tag", of: .integer(0...4095))
        package let vlanMode = Column<String?>(
            "vlan_mode", of: .string(oneOf: "trunk", "access", "native-tagged", "native-untagged", "dot1q-tunnel"))
        package let qos = Column<UUIDValue?>("qos", of: .row(QoS.self))
        package let mac = Column<String?>("mac")
        package let bondMode = Column<String?>(
            "bond_mode", of: .string(oneOf: "balance-tcp", "balance-slb", "active-backup"))
        package let lacp = Column<String?>("lacp", of: .string(oneOf: "active", "passive", "off"))
        package let bondUpdelay = Column<Int64>("bond_updelay")
        package let bondDowndelay = Column<Int64>("bond_downdelay")
        package let bondActiveSlave = Column<String?>("bond_active_slave")
        package let bondFakeIface = Column<Bool>("bond_fake_iface")
        package let fakeBridge = Column<Bool>("fake_bridge")
        package let status = Column<[String: String]>("status", is: .ephemeral)
        package let rstpStatus = Column<[String: String]>("rstp_status", is: .ephemeral)
        package let rstpStatistics = Column<[String: Int64]>("rstp_statistics", is: .ephemeral)
        package let statistics = Column<[String: Int64]>("statistics", is: .ephemeral)
        package let protected = Column<Bool>("protected")
        package let otherConfig = Column<[String: String]>("other_config")
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
