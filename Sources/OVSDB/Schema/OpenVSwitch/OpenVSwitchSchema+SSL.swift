extension OpenVSwitchSchema {
    /// SSL: keys and certificates.
    package struct SSL: SchemaTable {
        package static let name = "SSL"
        package static let table = SSL()
        package static let maximumRows: Int64? = 1

        package let privateKey = Column<String>("private_key")
        package let certificate = Column<String>("certificate")
        package let caCert = Column<String>("ca_cert")
        package let bootstrapCACert = Column<Bool>("bootstrap_ca_cert")
        package let externalIDs = Column<[String: String]>("external_ids")
    }
}
