/// The files of the SSL row: with what we prove who we are, and whom we believe.
public struct TLSCredentials: Sendable, Equatable {
    public var privateKey: String
    public var certificate: String
    /// Certificates of the authorities that peers' certificates must come from; "none": any peer is believed.
    public var authorities: String
    /// Whether ``authorities``, while there is no such file, is made from what the first peer presents.
    public var bootstraps: Bool

    /// Credentials in files, which are read when they are first needed and again when they have changed.
    public init(privateKey: String, certificate: String, authorities: String, bootstraps: Bool = false) {
        self.privateKey = privateKey
        self.certificate = certificate
        self.authorities = authorities
        self.bootstraps = bootstraps
    }
}
