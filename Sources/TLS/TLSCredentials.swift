/// With what TLS is spoken: the files of the SSL row or the command line, and what the command line says beside them.
///
/// Files are read when they are first needed, and again when they have changed.
public struct TLSCredentials: Sendable, Equatable {
    /// The file with our private key.
    public var privateKey = ""
    /// The file with our certificate.
    public var certificate = ""
    /// Certificates of the authorities that peers' certificates must come from; "none": any peer is believed.
    public var authorities = ""
    /// Whether ``authorities``, while there is no such file, is made from what the first peer presents.
    public var bootstraps = false
    /// Certificates that peers are sent behind ours, for those that ask for them to find out whom to believe.
    public var presented = ""
    /// Which versions of TLS are spoken, as ``TLSVersions`` reads it; empty: 1.2 and 1.3.
    public var protocols = ""
    /// The ciphers of TLS 1.2 and before, a list in OpenSSL's words; empty: NIOSSL's choice.
    public var ciphers = ""

    /// Nothing that is known.
    public init() {}

    /// Credentials in files.
    public init(privateKey: String, certificate: String, authorities: String, bootstraps: Bool = false) {
        self.privateKey = privateKey
        self.certificate = certificate
        self.authorities = authorities
        self.bootstraps = bootstraps
    }

    /// Whether nothing is known.
    public var isEmpty: Bool { self == TLSCredentials() }

    /// These with what an SSL row does not say from the command line's.
    func completed(by others: TLSCredentials?) -> TLSCredentials {
        guard let others else { return self }
        var result = self
        if result.presented.isEmpty { result.presented = others.presented }
        if result.protocols.isEmpty { result.protocols = others.protocols }
        if result.ciphers.isEmpty { result.ciphers = others.ciphers }
        return result
    }
}
