import Control
import TLS

/// Credentials whose files a server is told by its own databases: instead of a path stands a column that holds one, as
/// ``ColumnAddress`` writes it.
extension TLSCredentials {
    /// The columns that are looked at.
    var columns: [ColumnAddress] { [privateKey, certificate, authorities].compactMap { ColumnAddress($0) } }

    /// The same with the paths that the columns hold now.
    @ControlActor
    func resolved(in server: DatabaseServer) -> TLSCredentials {
        TLSCredentials(
            privateKey: Self.path(privateKey, server), certificate: Self.path(certificate, server),
            authorities: Self.path(authorities, server), bootstraps: bootstraps)
    }

    @ControlActor
    private static func path(_ text: String, _ server: DatabaseServer) -> String {
        guard let address = ColumnAddress(text) else { return text }
        guard let (_, table, column) = address.find(in: server) else { return "" }
        for (uuid, row) in table.rows {
            if let path = column.datum(uuid, row).string, !path.isEmpty { return path }
        }
        return ""
    }
}
