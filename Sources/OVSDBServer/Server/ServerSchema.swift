import OVSDB

/// The database `_Server`, by which clients learn of the others (ovsdb-server(5)).
enum ServerSchema {
    /// Database: the databases that the server offers.
    struct Database: SchemaTable {
        static let name = "Database"
        static let table = Database()
        static let isRoot = true

        let name = Column<String>("name")
        let model = Column<String>("model", of: .string(oneOf: "clustered", "relay", "standalone"))
        let connected = Column<Bool>("connected")
        let leader = Column<Bool>("leader")
        let schema = Column<String?>("schema")
        let cid = Column<UUIDValue?>("cid")
        let sid = Column<UUIDValue?>("sid")
        let index = Column<Int64?>("index")
    }

    static let schema = DatabaseSchema(name: "_Server", version: "1.2.0", tables: [Database.schema])
}
