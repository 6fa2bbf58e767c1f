import ArgumentParser
import Control
import TLS

/// With what connections over TLS are made or accepted.
struct TLSOptions: ParsableArguments {
    @Option(name: [.customShort("p"), .long], help: "The file with our private key, or db:DATABASE,TABLE,COLUMN.")
    var privateKey: String?
    @Option(name: [.customShort("c"), .long], help: "The file with our certificate, or db:DATABASE,TABLE,COLUMN.")
    var certificate: String?
    @Option(name: [.customShort("C"), .long], help: "The file with certificates of the authorities that we believe.")
    var caCert: String?
    @Option(help: "The same; made from what the first peer presents while there is no such file.")
    var bootstrapCaCert: String?

    @Option(help: "The file with certificates that peers are sent behind ours.") var peerCaCert: String?
    @Option(help: "Which versions are spoken, as TLSv1.2,TLSv1.3.") var sslProtocols: String?
    @Option(help: "The ciphers of TLS 1.2 and before, in OpenSSL's words.") var sslCiphers: String?

    private var given: [(name: String, value: String?)] {
        [
            ("private-key", privateKey), ("certificate", certificate), ("bootstrap-ca-cert", bootstrapCaCert),
            ("ca-cert", caCert), ("peer-ca-cert", peerCaCert), ("ssl-protocols", sslProtocols),
            ("ssl-ciphers", sslCiphers),
        ]
    }

    /// What was given.
    private func credentials() throws -> TLSCredentials {
        var credentials = TLSCredentials()
        for (name, value) in given {
            guard let value else { continue }
            do throws(TLSError) {
                _ = try credentials.set(name, value)
            } catch {
                throw ValidationError("--\(name): \(error)")
            }
        }
        return credentials
    }

    func validate() throws { _ = try credentials() }

    /// The same for a client, which has no database to look into.
    @ControlActor func contexts() throws -> TLSContexts {
        let contexts = TLSContexts()
        let credentials = try credentials()
        if !credentials.isEmpty { contexts.credentials = credentials }
        return contexts
    }
}
