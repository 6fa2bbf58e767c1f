import Control
import Glibc
import Logging
import NIOCore
import NIOSSL

/// Makes the TLS ends of connections from the files of the SSL row or the command line (OVS: module `stream_ssl`).
///
/// Files are read anew when they have changed, so that certificates can be replaced without a restart.
@ControlActor
public final class TLSContexts {
    /// What the SSL row says; nil: TLS cannot be spoken.
    public var credentials: TLSCredentials? { didSet { if credentials != oldValue { forget() } } }
    /// What holds while there is no SSL row, and of what such a row does not say: the command line's.
    public var defaults: TLSCredentials? { didSet { if defaults != oldValue { forget() } } }

    private let log = Logger(label: "stream_ssl")
    private var context: (client: NIOSSLContext, server: NIOSSLContext, stamp: [FileStamp])?

    /// Without credentials.
    public init() {}

    private func forget() { context = nil }

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
                    try NIOSSLClientHandler(context: contexts.client, serverHostname: name) {
                        [weak self] chain, promise in
                        ControlActor.enqueue {
                            self?.bootstrap(path, from: chain)
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

    private func contexts() throws(TLSError) -> ((client: NIOSSLContext, server: NIOSSLContext), TLSCredentials) {
        guard let credentials = credentials?.completed(by: defaults) ?? defaults, !credentials.privateKey.isEmpty else {
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
        if let context, context.stamp == stamp { return ((context.client, context.server), credentials) }
        let made = try make(credentials)
        context = (made.client, made.server, stamp)
        return (made, credentials)
    }

    private func make(
        _ credentials: TLSCredentials
    ) throws(TLSError) -> (client: NIOSSLContext, server: NIOSSLContext) {
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
    private func bootstrap(_ path: String, from chain: [NIOSSLCertificate]) {
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
