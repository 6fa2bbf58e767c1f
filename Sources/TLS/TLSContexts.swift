import Glibc
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// Makes the TLS ends of connections from the files of the SSL row or the command line (OVS: module `stream_ssl`).
///
/// Files are read anew when they have changed, so that certificates can be replaced without a restart. Any thread may
/// ask; the handlers of a channel are made on its own.
public final class TLSContexts: Sendable {
    private typealias Contexts = (client: NIOSSLContext, server: NIOSSLContext)

    private struct State {
        var credentials: TLSCredentials?
        var defaults: TLSCredentials?
        /// What was made last, from which files.
        var made: (contexts: Contexts, credentials: TLSCredentials, stamp: [FileStamp])?
    }

    /// What the SSL row says; nil: TLS cannot be spoken.
    public var credentials: TLSCredentials? {
        get { state.withLock { $0.credentials } }
        set { state.withLock { $0.credentials = newValue } }
    }
    /// What holds while there is no SSL row, and of what such a row does not say: the command line's.
    public var defaults: TLSCredentials? {
        get { state.withLock { $0.defaults } }
        set { state.withLock { $0.defaults = newValue } }
    }

    private let log = Logger(label: "stream_ssl")
    private let state = Mutex(State())

    /// Without credentials.
    public init() {}

    /// Makes a channel that is about to connect the client's end; `host` goes along as the server's name if it is one.
    ///
    /// - Throws: when the files cannot be used, which has been said in the log then.
    public func addClient(to channel: any Channel, host: String) throws(TLSError) {
        let (contexts, credentials) = try contexts()
        let path = credentials.authorities
        do {
            let name = isAddress(host) ? nil : host
            let handler =
                if isBootstrapping(credentials) {
                    try NIOSSLClientHandler(context: contexts.client, serverHostname: name) { [log] chain, promise in
                        promise.futureResult.eventLoop.execute {
                            Self.bootstrap(path, from: chain, log)
                            // Even when that went well, the peer has not been verified: the next attempt does that.
                            promise.succeed(NIOSSLVerificationResult.failed)
                        }
                    }
                } else {
                    try NIOSSLClientHandler(context: contexts.client, serverHostname: name)
                }
            try channel.pipeline.syncOperations.addHandler(handler)
        } catch {
            log.error("SSL_new: \(error)")
            throw TLSError(description: "\(error)")
        }
    }

    /// Makes an accepted channel the server's end.
    public func addServer(to channel: any Channel) throws(TLSError) {
        let (contexts, credentials) = try contexts()
        guard !isBootstrapping(credentials) else {
            log.info("rejecting SSL connection during bootstrap race window")
            throw TLSError(description: "the certificate of the authority is not there yet")
        }
        do {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: contexts.server))
        } catch {
            throw TLSError(description: "\(error)")
        }
    }

    // MARK: Contexts

    private func contexts() throws(TLSError) -> (Contexts, TLSCredentials) {
        let (present, made) = state.withLock { ($0.credentials?.completed(by: $0.defaults) ?? $0.defaults, $0.made) }
        guard let credentials = present, !credentials.privateKey.isEmpty else {
            log.error("Private key must be configured to use SSL")
            throw TLSError(description: "Protocol not available")
        }
        guard !credentials.certificate.isEmpty else {
            log.error("Certificate must be configured to use SSL")
            throw TLSError(description: "Protocol not available")
        }
        guard !credentials.authorities.isEmpty else {
            log.error("CA certificate must be configured to use SSL")
            throw TLSError(description: "Protocol not available")
        }
        let stamp = [
            credentials.privateKey, credentials.certificate, credentials.authorities, credentials.presented,
        ].map(FileStamp.init)
        if let made, made.credentials == credentials, made.stamp == stamp { return (made.contexts, credentials) }
        let contexts = try make(credentials)
        state.withLock { $0.made = (contexts, credentials, stamp) }
        return (contexts, credentials)
    }

    private func make(_ credentials: TLSCredentials) throws(TLSError) -> Contexts {
        do {
            let files = [credentials.certificate] + (credentials.presented.isEmpty ? [] : [credentials.presented])
            let chain = try files.flatMap { try NIOSSLCertificate.fromPEMFile($0) }.map {
                NIOSSLCertificateSource.certificate($0)
            }
            let key = try NIOSSLPrivateKey(file: credentials.privateKey, format: .pem)
            var client = TLSConfiguration.makeClientConfiguration()
            var server = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
            client.certificateChain = chain
            client.privateKey = .privateKey(key)
            let versions = credentials.protocols.isEmpty ? .standard : try TLSVersions(credentials.protocols)
            let ciphers = credentials.ciphers.isEmpty ? nil : try TLSCipherList(credentials.ciphers)
            restrict(&client, to: versions, ciphers)
            restrict(&server, to: versions, ciphers)
            if credentials.authorities == "none" {
                log.warning("Peer certificate validation disabled (this is a security risk)")
                client.certificateVerification = .none
                server.certificateVerification = .none
            } else {
                // Controllers are known by who signed them; their names are not theirs to prove, as in OVS.
                client.certificateVerification = .noHostnameVerification
                server.certificateVerification = .noHostnameVerification
                if !isBootstrapping(credentials) {
                    let authorities = try NIOSSLCertificate.fromPEMFile(credentials.authorities)
                    client.trustRoots = .certificates(authorities)
                    server.trustRoots = .certificates(authorities)
                }
            }
            return (try NIOSSLContext(configuration: client), try NIOSSLContext(configuration: server))
        } catch {
            let told = [
                credentials.privateKey, credentials.certificate, credentials.presented, credentials.protocols,
                credentials.ciphers,
            ].filter { !$0.isEmpty }
            log.error(
                """
                could not use \(told.joined(separator: ", ")) and \(credentials.authorities): \(error)
                """)
            throw TLSError(description: "Protocol not available")
        }
    }

    private func restrict(
        _ configuration: inout TLSConfiguration, to versions: TLSVersions, _ ciphers: TLSCipherList?
    ) {
        configuration.minimumTLSVersion = versions.minimum
        configuration.maximumTLSVersion = versions.maximum
        if let ciphers { configuration.cipherSuiteValues = ciphers.ciphers }
    }

    // MARK: The first peer's authority

    private func isBootstrapping(_ credentials: TLSCredentials) -> Bool {
        credentials.bootstraps && credentials.authorities != "none" && access(credentials.authorities, F_OK) != 0
    }

    /// Keeps the self-signed certificate at the end of the peer's chain as the authority to believe from now on.
    private static func bootstrap(_ path: String, from chain: [NIOSSLCertificate], _ log: Logger) {
        guard let last = chain.last, let der = try? last.toDERBytes() else {
            return log.error("could not bootstrap CA cert: no certificate presented by peer")
        }
        guard CertificateNames.isSelfIssued(der) else {
            log.error("could not bootstrap CA cert: obtained certificate is not self-signed")
            if chain.count < 2 {
                log.error(
                    """
                    only one certificate was received, so probably the peer is not configured to send its CA \
                    certificate
                    """)
            }
            return
        }
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else {
            if errno == EEXIST { return log.info("reading CA cert \(path) created by another process") }
            return log.error(
                "could not bootstrap CA cert: creating \(path) failed: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let text = PEM.certificate(der)
        guard text.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == text.count else {
            unlink(path)
            return log.error("could not bootstrap CA cert: writing \(path) failed: \(String(cString: strerror(errno)))")
        }
        log.info("successfully bootstrapped CA cert to \(path)")
        log.info("killing successful connection to retry using CA cert")
    }

    private func isAddress(_ host: String) -> Bool {
        var buffer = in6_addr()
        return inet_pton(AF_INET, host, &buffer) == 1 || inet_pton(AF_INET6, host, &buffer) == 1
    }
}

/// Tells whether a file is still the one that was read.
private struct FileStamp: Equatable {
    private var seconds = 0
    private var nanoseconds = 0
    private var size = -1
    private var number: UInt64 = 0

    init(_ path: String) {
        var information = stat()
        guard stat(path, &information) == 0 else { return }
        seconds = information.st_mtim.tv_sec
        nanoseconds = information.st_mtim.tv_nsec
        size = Int(information.st_size)
        number = UInt64(information.st_ino)
    }
}
