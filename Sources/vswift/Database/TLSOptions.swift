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

    /// What was given; nil when nothing was.
    var credentials: TLSCredentials? {
        guard privateKey ?? certificate ?? caCert ?? bootstrapCaCert != nil else { return nil }
        return TLSCredentials(
            privateKey: privateKey ?? "", certificate: certificate ?? "", authorities: caCert ?? bootstrapCaCert ?? "",
            bootstraps: caCert == nil && bootstrapCaCert != nil)
    }

    /// The same for a client, which has no database to look into.
    @ControlActor var contexts: TLSContexts {
        let contexts = TLSContexts()
        contexts.credentials = credentials
        return contexts
    }
}
