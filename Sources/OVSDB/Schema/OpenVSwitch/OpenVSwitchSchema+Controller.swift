extension OpenVSwitchSchema {
    /// Controller: OpenFlow controllers.
    package struct Controller: SchemaTable {
        package static let name = "Controller"
        package static let table = Controller()

        package let type = Column<String?>("type", of: .string(oneOf: "primary", "service"))
        package let target = Column<String>("target")
        package let maxBackoff = Column<Int64?>("max_backoff", of: .integer(atLeast: 1000))
        package let inactivityProbe = Column<Int64?>("inactivity_probe")
        package let connectionMode = Column<String?>("connection_mode", of: .string(oneOf: "in-band", "out-of-band"))
        package let localIP = Column<String?>("local_ip")
        package let localNetmask = Column<String?>("local_netmask")
        package let localGateway = Column<String?>("local_gateway")
        package let enableAsyncMessages = Column<Bool?>("enable_async_messages")
        package let controllerQueueSize = Column<Int64?>("controller_queue_size", of: .integer(1...512))
        package let controllerRateLimit = Column<Int64?>("controller_rate_limit", of: .integer(atLeast: 100))
        package let controllerBurstLimit = Column<Int64?>("controller_burst_limit", of: .integer(atLeast: 25))
        package let otherConfig = Column<[String: String]>("other_config")
        package let externalIDs = Column<[String: String]>("external_ids")
        package let isConnected = Column<Bool>("is_connected", is: .ephemeral)
        package let role = Column<String?>("role", of: .string(oneOf: "other", "master", "slave"), is: .ephemeral)
        package let status = Column<[String: String]>("status", is: .ephemeral)
    }
}
