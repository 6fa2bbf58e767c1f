import Control
import TLS

/// Where a server finds the names of its keys and certificates: each is a path, or a column that holds one.
public struct CredentialSource: Sendable, Equatable {
    /// With what we prove who we are.
    public var privateKey: String
    /// Who we are.
    public var certificate: String
    /// Whom we believe.
    public var authorities: String
    /// Whether the file of ``authorities`` is made from what the first peer presents while it is not there.
    public var bootstraps: Bool

    /// Paths, or columns as ``ColumnAddress`` writes them.
    public init(privateKey: String, certificate: String, authorities: String, bootstraps: Bool = false) {
        self.privateKey = privateKey
        self.certificate = certificate
        self.authorities = authorities
        self.bootstraps = bootstraps
    }

    /// The columns that are looked at.
    var columns: [ColumnAddress] { [privateKey, certificate, authorities].compactMap { ColumnAddress($0) } }

    /// The files, as the columns name them now.
    @ControlActor
    func resolve(in server: DatabaseServer) -> TLSCredentials {
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
