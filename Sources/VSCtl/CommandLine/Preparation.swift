import OVSDB
import Program

/// What commands may look at before there is a connection.
struct Preparation {
    /// The schema that this program knows.
    let schema: DatabaseSchema
    private let log: VLog

    /// For a database of that schema.
    init(_ schema: DatabaseSchema, log: VLog) {
        self.schema = schema
        self.log = log
    }

    /// Logs what is odd about the command line.
    func warn(_ text: String) { log.write(.warning, "db_ctl_base", text) }
}
