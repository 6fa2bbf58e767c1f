import OVSDB

/// The names that the operations of one transaction give to rows (RFC 7047 section 5.1, `<named-uuid>`).
///
/// A name may be used before the insertion that makes its row.
final class SymbolTable {
    private let database: Database
    private var uuids: [String: UUIDValue] = [:]
    private var inserted: Set<String> = []

    init(_ database: Database) {
        self.database = database
    }

    /// The row that `name` stands for.
    func uuid(_ name: String) -> UUIDValue {
        if let uuid = uuids[name] { return uuid }
        let uuid = database.makeUUID()
        uuids[name] = uuid
        return uuid
    }

    /// Notes that the row of `name` is inserted, as `uuid` if the client has chosen one; nil when that was done before.
    func insert(_ name: String, as chosen: UUIDValue?) -> UUIDValue? {
        guard inserted.insert(name).inserted else { return nil }
        if let chosen {
            uuids[name] = chosen
            return chosen
        }
        return uuid(name)
    }
}
