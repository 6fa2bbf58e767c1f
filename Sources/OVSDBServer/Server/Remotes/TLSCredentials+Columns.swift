import TLS

/// Credentials that a server is told by its own databases: instead of a path or another text stands a column that holds
/// one, as ``ColumnAddress`` writes it.
extension TLSCredentials {
    /// The columns that are looked at.
    var columns: [ColumnAddress] { Self.texts.compactMap { ColumnAddress(self[keyPath: $0]) } }

    private static var texts: [WritableKeyPath<TLSCredentials, String>] {
        [\.privateKey, \.certificate, \.authorities, \.presented, \.protocols, \.ciphers]
    }

    /// The same with the texts that the columns hold now.
    @DatabaseActor
    func resolved(in server: DatabaseServer) -> TLSCredentials {
        var result = self
        for text in Self.texts { result[keyPath: text] = Self.text(self[keyPath: text], server) }
        return result
    }

    @DatabaseActor
    private static func text(_ text: String, _ server: DatabaseServer) -> String {
        guard let address = ColumnAddress(text) else { return text }
        guard let (_, table, column) = address.find(in: server) else { return "" }
        for (uuid, row) in table.rows {
            if let found = column.datum(uuid, row).string, !found.isEmpty { return found }
        }
        return ""
    }
}
