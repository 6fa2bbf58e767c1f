import Control
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import TLS

/// Why a connection, or the attempt at one, ended.
enum ConnectionEnd: Equatable, Sendable {
    /// The peer closed it.
    case peer
    /// We did, and nothing was wrong.
    case local
    /// It failed, with errno's text or the like.
    case failed(String)
    case timedOut

    /// What OVS calls it in `status:last_error`; nil when nothing is wrong.
    var text: String? {
        switch self {
        case .peer: "End of file"
        case .local: nil
        case .failed(let text): text
        case .timedOut: String(cString: strerror(ETIMEDOUT))
        }
    }

    static let protocolError = ConnectionEnd.failed(String(cString: strerror(EPROTO)))

    /// What a channel's error means.
    init(_ error: any Error) {
        switch error {
        case let error as IOError: self = .failed(error.errorText)
        case ChannelError.connectTimeout: self = .timedOut
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first {
                self.init(first.error)
            } else {
                self = .failed((error.dnsAError ?? error.dnsAAAAError).map { "\($0)" } ?? "\(error)")
            }
        case let error as TLSError: self = .failed(error.description)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .protocolError
        default: self = .failed("\(error)")
        }
    }
}
